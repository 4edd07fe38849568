"""One complaint as its page shows it: clocks, facts, clauses, and what this person may do next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from saas import clock, masks
from saas.approvals.actions import rightful
from saas.approvals.models import Approval
from saas.db import db
from saas.identity.actor import Actor, Forbidden
from saas.policy import clocks
from saas.policy.pack import Pack
from tenants.complaints import access, stages, states
from tenants.complaints.facts import (
    CONTACT,
    FIRST,
    Callback,
    Closure,
    Handling,
    Judgement,
    Pause,
    Reply,
    Response,
    Solution,
)
from tenants.complaints.models import Complaint, Stage
from tenants.releases.models import STATES, Release


@dataclass(frozen=True)
class Facts:
    """Everything that happened, oldest first."""

    responses: list[Response]
    judgements: list[Judgement]
    solutions: list[Solution]
    handlings: list[Handling]
    replies: list[Reply]
    callbacks: list[Callback]
    closures: list[Closure]
    pauses: list[Pause]


def facts(complaint: Complaint) -> Facts:
    """Read them, one query each."""

    def of(model: type, *options: object) -> list:  # type: ignore[type-arg]
        order = model.delivered_at if model is Reply else model.responded_at if model is Response else model.nth  # type: ignore[attr-defined]
        query: Any = select(model).where(model.complaint_id == complaint.id).order_by(order)  # type: ignore[attr-defined]
        return list(db.session.scalars(query.options(*options)))

    return Facts(
        of(Response), of(Judgement), of(Solution, joinedload(Solution.approval)), of(Handling), of(Reply), of(Callback),
        of(Closure), of(Pause),
    )  # fmt: skip


def asked(known: Facts) -> Approval | None:
    """The approval of the pause asked for last."""
    return db.session.get(Approval, known.pauses[-1].approval_id) if known.pauses else None


def letters(complaint: Complaint) -> list[tuple[Release, tuple[str, str, str]]]:
    """The written replies begun for it, newest first, each with the words, tone and icon of its state."""
    query = select(Release).where(Release.subject_type == "complaints", Release.subject_id == complaint.id)
    rows = db.session.scalars(query.order_by(Release.created_at.desc()))
    return [(row, STATES.get(row.state, (row.state, "", ""))) for row in rows]


@dataclass(frozen=True)
class ShownStage:
    """A clock in the bar at the top."""

    label: str
    words: str
    note: str
    tone: str
    fraction: float
    current: bool


def bar(complaint: Complaint, pack: Pack, pause: Pause | None) -> list[ShownStage]:
    """受理, then every clock in the order of the pack; the latest round of each."""
    now, shown = stages.as_of(pause), [ShownStage("受理", "", _at(complaint.received_at), "green", 1, False)]
    latest = {stage.stage: stage for stage in sorted(complaint.stages, key=lambda s: s.round)}
    for code, known in pack.clocks.items():
        stage = latest.get(code)
        if stage is None:
            if known.starts == stages.HANDLED and complaint.reachable and complaint.state != states.CLOSED:
                shown.append(ShownStage(known.label, "", f"处理完毕后 {known.limit}内", "gray", 0, False))
            continue
        shown.append(_stage(stage, known.label, known.limit, stage.id == _next(complaint), pause, now))
    return shown


def _stage(stage: Stage, label: str, limit: str, current: bool, pause: Pause | None, now: datetime) -> ShownStage:
    tail = "，暂定" if stage.provisional and stage.running else ""
    if stage.dropped_at:
        return ShownStage(label, "不再需要", f"时限 {limit}", "gray", 0, False)
    if stage.met_at:
        took = clocks.words(stage.met_at - stage.started_at)
        if stage.met_at <= stage.due_at:
            return ShownStage(label, took, f"时限 {limit}，按时", "green", 1, False)
        late = clocks.words(stage.met_at - stage.due_at)
        return ShownStage(label, f"逾期 {late}", f"{_at(stage.met_at)} 完成，时限 {limit}", "red", 1, False)
    if pause and stage.due_at >= now:
        return ShownStage(label, "计时暂停", f"原因：{masks.within(pause.reason)[:40]}", "gray", 0.5, current)
    due = clocks.Due(stage.due_at, stage.warn_at, stage.provisional)
    words = clocks.remaining(stage.due_at, now)
    if (state := due.state(now)) == "late":
        return ShownStage(label, words, f"应于 {_at(stage.due_at)}（{limit}）{tail}", "red", 1, current)
    tone = "amber" if state == "soon" else "blue"
    part = clocks.progress(stage.started_at, stage.due_at, now)
    return ShownStage(label, words, f"{_at(stage.due_at)} 前（{limit}）{tail}", tone, part, current)


def _next(complaint: Complaint) -> UUID | None:
    running = min((s for s in complaint.stages if s.running), key=lambda s: s.due_at, default=None)
    return running.id if running else None


def _at(moment: datetime) -> str:
    return f"{clock.local(moment):%m-%d %H:%M}"


def late_tag(complaint: Complaint, pack: Pack, pause: Pause | None) -> str:
    """方案逾期, or nothing; a clock missed before the pause that runs was missed."""
    if complaint.next_due_at is None or complaint.next_due_at >= stages.as_of(pause) or complaint.next_stage is None:
        return ""
    known = pack.clocks.get(complaint.next_stage)
    return f"{known.label if known else complaint.next_stage}逾期"


def clause_marks(
    complaint: Complaint, pack: Pack, known: Facts, pause: Pause | None
) -> list[tuple[str, str, str, str]]:
    """规程依据: (state ok|warn|wait|bad, text, clause source, full text) of every clause at work here."""
    marks = []
    now = stages.as_of(pause)
    for clause in pack.clauses.values():
        if clause.noun != "complaints":  # not at work yet, or not about a case
            continue
        if clause.rule in ("D1", "D2"):
            marks.append(("ok", clause.title, clause.source, clause.text))
        elif clause.clock and clause.rule in ("D7", "D10"):
            stage = next((s for s in reversed(complaint.stages) if s.stage == clause.clock), None)
            if stage is None or stage.dropped_at:
                state = "wait"
            elif stage.met_at:
                state = "ok" if stage.met_at <= stage.due_at else "bad"
            else:
                state = "warn" if now > stage.due_at else "wait"
            marks.append((state, clause.title, clause.source, clause.text))
        elif clause.rule == "D8":
            marks.append(("ok" if known.replies else "wait", clause.title, clause.source, clause.text))
    return marks


def decides(approval: Approval, by: Actor) -> bool:
    """Whether this person may decide the waiting step now."""
    if approval.current is None:
        return False
    try:
        rightful(approval, approval.current, by)
    except Forbidden:
        return False
    return True


@dataclass(frozen=True)
class Next:
    """What this person may do now; each name is a form of the page."""

    respond: bool = False
    contact: bool = False
    judge: bool = False
    assign: bool = False
    propose: bool = False
    handle: bool = False
    reply: bool = False
    call_back: bool = False
    call_back_again: bool = False
    close: bool = False
    pause: bool = False
    resume: bool = False
    accused: bool = False
    rejudge: bool = False
    reassign: bool = False
    decide: bool = False
    photograph: bool = False


def next_steps(complaint: Complaint, known: Facts, pause: Pause | None, by: Actor, pack: Pack) -> Next:
    """Shown is only what would be taken: the actions decide again."""
    if by.id is not None and by.id == complaint.complained_about:
        return Next(accused=True)
    if complaint.state == states.CLOSED:
        return Next()
    given = {response.kind for response in known.responses}
    waits = bool(known.solutions) and known.solutions[-1].approval.state == "pending"
    approved = bool(known.solutions) and known.solutions[-1].approval.state == "approved"
    handling = complaint.state == states.HANDLING
    open_for_ruling = complaint.state in (states.REGISTERED, states.ACCEPTED, states.DECLINED, states.HANDLING)
    assignable = complaint.state in (states.REGISTERED, states.ACCEPTED, states.HANDLING)
    application = asked(known)
    may_call = complaint.state in (states.HANDLED, states.REPLIED) and complaint.reachable
    may_call = may_call and by.has(*access.callback_roles(complaint, pack))
    roles = pack.complaint_roles
    content = bool(known.callbacks) and not known.callbacks[-1].raised_new
    try:
        access.may_reply(complaint, by, pack)
        replies = complaint.reachable and complaint.state != states.REGISTERED
    except Forbidden:
        replies = False
    return Next(
        respond=FIRST not in given and by.has(*roles.responders),
        contact=FIRST in given and CONTACT not in given and complaint.reachable and by.has(*roles.responders),
        judge=open_for_ruling and not known.judgements and by.has(*roles.judges),
        rejudge=open_for_ruling and bool(known.judgements) and by.has(*roles.judges),
        assign=assignable and complaint.handler_id is None and by.has(*roles.assigners),
        reassign=assignable and complaint.handler_id is not None and by.has(*roles.assigners),
        decide=waits and decides(known.solutions[-1].approval, by),
        propose=handling and not waits and not approved and by.has(*roles.handlers),
        handle=handling and approved and by.has(*roles.handlers),
        reply=replies,
        call_back=may_call and not content,
        call_back_again=may_call and content,
        close=complaint.state in (states.HANDLED, states.REPLIED, states.DECLINED) and by.has(*roles.closers),
        pause=pause is None
        and (application is None or application.state != "pending")
        and any(s.running for s in complaint.stages)
        and by.has(*roles.handlers),
        resume=pause is not None and by.has(*roles.handlers),
        photograph=by.has(*roles.registrars, *roles.handlers),
    )
