"""When something comes due, and the round of each working day: who must hear about it (R2, D7)."""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.approvals.models import Approval, ApprovalCopy, ApprovalStep
from saas.db import db
from saas.jobs import enqueue
from saas.policy import clocks
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from tenants.complaints import actions as complaints
from tenants.complaints.duties import late_stages
from tenants.complaints.models import Complaint
from tenants.complaints.rules import rules_on
from tenants.complaints.states import CLOSED
from tenants.obligations.actions import Notice, remind
from tenants.obligations.clauses import OF_CASES, cited, clause_of
from tenants.obligations.models import APPROVAL_WAITING, COPIED, ESCALATION, LATE, URGED, WARN
from tenants.obligations.recipients import deciders, in_charge
from tenants.obligations.words import VERBS, path_of, path_to_decide

LISTED = 5


def stage_came_due(stage_id: UUID, what: str) -> list[UUID]:
    """A moment of a complaint's clock has come: warn, call late or escalate, unless it was met (D7)."""
    due = complaints.stage_due(stage_id, what)
    if due is None:
        return []
    pack = pack_on(clock.now())
    notice = Notice(
        kind=what if what in (WARN, LATE) else ESCALATION, subject_type="complaints", subject_id=due.complaint_id,
        stage=due.stage, occasion=f"{what} {due.due_at.astimezone(clock.CN):%Y-%m-%dT%H:%M}", title=due.title,
        words=due.words, path=path_of("complaints", due.complaint_id),
        clause=cited(clause_of(pack, OF_CASES, due.stage)), due_at=due.due_at,
    )  # fmt: skip
    return remind(notice, in_charge(due.person, due.role, pack, _spared(due)))


def approval_came(approval_id: UUID, urged_at: datetime | None = None) -> list[UUID]:
    """An approval waits at a new step, for another person, or was urged: tell those who can decide it.

    Nothing when it was decided meanwhile. A transfer is an occasion of its own, and so is each urging.
    """
    approval = db.session.get(Approval, approval_id)
    step = approval.current if approval is not None and approval.state == "pending" else None
    if approval is None or step is None:
        return []
    occasion, how = f"step-{step.position}", "提交"
    if step.transferred_at is not None:
        occasion, how = f"{occasion} {step.assigned_to} {step.transferred_at:%Y-%m-%dT%H:%M:%S.%f}", "提交，现转交给您"
    if urged_at is not None:
        occasion, how = f"step-{step.position} urged {urged_at:%Y-%m-%dT%H:%M:%S.%f}", "催办"
    notice = Notice(
        kind=URGED if urged_at else APPROVAL_WAITING, subject_type="approvals", subject_id=approval.id,
        stage=step.name, occasion=occasion, title=approval.title,
        words=f"{approval.author_name}{how}，等待您{VERBS.get(step.name, step.label)}（第 {approval.version} 版）",
        path=path_to_decide(approval),
    )  # fmt: skip
    return remind(notice, deciders(approval))


def case_urged(complaint_id: UUID, urged_at: datetime) -> list[UUID]:
    """Somebody waits for a case: its handler is told, once for each urging; nobody when it is closed."""
    complaint = db.session.get(Complaint, complaint_id)
    if complaint is None or complaint.handler_id is None or complaint.state == CLOSED:
        return []
    notice = Notice(
        kind=URGED, subject_type="complaints", subject_id=complaint.id, stage=complaint.next_stage or "",
        occasion=f"urged {urged_at:%Y-%m-%dT%H:%M:%S.%f}", title=complaint.title, words="有同事催办，请尽快办理",
        path=path_of("complaints", complaint.id), due_at=complaint.next_due_at,
    )  # fmt: skip
    return remind(notice, {complaint.handler_id} - {*complaint.barred})


def copies_came(approval_id: UUID) -> list[UUID]:
    """Copies of a submission were sent: tell everybody who has not read theirs, each once."""
    approval = db.session.get_one(Approval, approval_id)
    unread = ApprovalCopy.approval_id == approval_id, ApprovalCopy.seen_at.is_(None)
    notice = Notice(
        kind=COPIED, subject_type="approvals", subject_id=approval.id, stage="copy", occasion="", title=approval.title,
        words=f"{approval.author_name}抄送给您，请阅知（第 {approval.version} 版）",
        path=path_of(approval.subject_type, approval.subject_id),
    )  # fmt: skip
    return remind(notice, set(db.session.scalars(select(ApprovalCopy.staff_id).where(*unread))) - {*approval.barred})


def make_round(day: date) -> list[UUID]:
    """The round of a day: settle provisional deadlines; from opening time on a working day, remind again (R2).

    Before opening time it asks to be run again then. One reminder a person lists what is late, one what waits.
    """
    complaints.settle_provisional()
    rules = rules_on(clock.now())
    if not rules.calendar.is_working_day(day):
        return []
    opening = datetime.combine(day, rules.pack.settings.hours.opens, clock.CN)
    if clock.now() < opening:
        enqueue("obligations.daily", day.isoformat(), run_at=opening)
        return []
    return [*_late_again(day, rules.pack), *_waiting_again(day, rules.pack)]


def _late_again(day: date, pack: Pack) -> list[UUID]:
    theirs: dict[UUID, list[str]] = defaultdict(list)
    for stage_id in late_stages(clock.now() - pack.settings.remind_again):
        due = complaints.stage_due(stage_id, LATE)
        if due is not None:
            for person in in_charge(due.person, due.role, pack, _spared(due)):
                theirs[person].append(f"{due.title}：{due.words}")
    return _again(LATE, day, theirs, "有 {n} 项工作已逾期，请尽快办理", "?show=late")


def _waiting_again(day: date, pack: Pack) -> list[UUID]:
    theirs: dict[UUID, list[str]] = defaultdict(list)
    now = clock.now()
    query = (
        select(Approval)
        .join(Approval.steps)
        .where(Approval.state == "pending", ApprovalStep.state == "waiting")
        .where(ApprovalStep.waiting_since <= now - pack.settings.remind_again)
        .order_by(ApprovalStep.waiting_since)
    )
    for approval in db.session.scalars(query).unique():
        step = approval.current
        if step is not None and step.waiting_since is not None:
            for person in deciders(approval):
                theirs[person].append(f"{approval.title}：{clocks.phrase('已等待', now - step.waiting_since)}")
    return _again(APPROVAL_WAITING, day, theirs, "有 {n} 份审批等您决定", "?show=review")


def _again(kind: str, day: date, theirs: dict[UUID, list[str]], title: str, path: str) -> list[UUID]:
    """One reminder a person and day, however many things it lists."""
    told: list[UUID] = []
    for person, lines in theirs.items():
        more = f"\n……另有 {len(lines) - LISTED} 项" if len(lines) > LISTED else ""
        words = "\n".join(lines[:LISTED]) + more
        notice = Notice(kind, "staff", person, "round", day.isoformat(), title.format(n=len(lines)), words, path)
        told += remind(notice, [person])
    return told


def _spared(due: complaints.Reminder) -> set[UUID]:
    return {due.spare} if due.spare else set()
