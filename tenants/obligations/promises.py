"""A promise from a callback comes due: who made it hears of it, the supervisor too once it was broken (D11)."""

from datetime import timedelta
from uuid import UUID

from saas import clock
from saas.db import db
from saas.policy.here import pack_on
from saas.policy.periods import midnight
from tenants.complaints.access import receivers
from tenants.complaints.callback_checks.queries import plan_of
from tenants.complaints.follow_ups.models import FollowUp
from tenants.complaints.follow_ups.promising import LATE as BROKEN
from tenants.complaints.hotline_results.owing import CLAUSE as RESULT
from tenants.complaints.hotline_results.owing import is_owed
from tenants.complaints.models import Complaint
from tenants.complaints.stages import CALLBACK
from tenants.complaints.transfers.models import Transfer
from tenants.obligations.actions import Notice, remind
from tenants.obligations.clauses import cited
from tenants.obligations.models import ASSIGNED, LATE, WARN
from tenants.obligations.recipients import holding, in_charge
from tenants.obligations.words import path_of


def promise_came_due(complaint_id: UUID, nth: int, what: str) -> list[UUID]:
    """The day of a promise, or the day after; nothing when the answer was given."""
    promise = db.session.get(FollowUp, (complaint_id, nth))
    if promise is None or promise.answer is not None:
        return []
    complaint, pack = db.session.get_one(Complaint, complaint_id), pack_on(clock.now())
    broken, spared = what == BROKEN, complaint.barred
    people = in_charge(promise.promised_by, pack.hierarchy[1], pack, spared)
    if broken:
        people |= holding(pack.hierarchy[1], pack, spared)
    words = f"回访中答应客户 {promise.promised_on:%m-%d} 答复：{promise.matter[:80]}"
    notice = Notice(
        kind=LATE if broken else WARN, subject_type="complaints", subject_id=complaint.id, stage="follow_up",
        occasion=f"{nth} {what}", title=complaint.title, words=f"{words}{'，已逾期' if broken else '，今天到期'}",
        path=path_of("complaints", complaint.id), clause=cited(pack.clauses.get("callback-new-matter")),
        due_at=midnight(promise.promised_on + timedelta(days=1)),
    )  # fmt: skip
    return remind(notice, people)


def callback_was_planned(complaint_id: UUID, nth: int) -> list[UUID]:
    """Somebody is to call back: they hear of it (D17); nothing when another plan took its place or it was made."""
    plan, complaint = plan_of(complaint_id), db.session.get_one(Complaint, complaint_id)
    clock_now = next((each for each in complaint.stages if each.stage == CALLBACK and each.running), None)
    if plan is None or plan.nth != nth or clock_now is None:
        return []
    pack = pack_on(clock.now())
    at = f"{clock.local(plan.planned_for):%m-%d %H:%M}"
    notice = Notice(
        kind=WARN, subject_type="complaints", subject_id=complaint.id, stage="callback_plan", occasion=f"{nth}",
        title=complaint.title, words=f"{plan.planned_by_name}安排您于 {at} 回访客户",
        path=path_of("complaints", complaint.id), clause=cited(pack.clauses.get("callback-checks")),
        due_at=clock_now.due_at,
    )  # fmt: skip
    return remind(notice, {plan.caller_id})


def result_came_due(complaint_id: UUID, nth: int) -> list[UUID]:
    """The result of a hotline complaint was to be with quality by now (D16); nothing when it is."""
    complaint = db.session.get(Complaint, complaint_id)
    if complaint is None or not is_owed(complaint_id, nth):
        return []
    pack = pack_on(clock.now())
    people = {person for role in pack.bound(RESULT) for person in holding(role, pack, complaint.barred)}
    notice = Notice(
        kind=LATE, subject_type="complaints", subject_id=complaint.id, stage="hotline_result", occasion=f"{nth}",
        title=complaint.title, words="公司热线转来的投诉，处理结果还没有反馈品质运营中心",
        path=path_of("complaints", complaint.id), clause=cited(pack.clauses.get(RESULT)),
    )  # fmt: skip
    return remind(notice, people)


def transfer_came(complaint_id: UUID) -> list[UUID]:
    """A department handed a complaint over: whoever may take it up hears of it (D1); nothing when somebody did."""
    transfer, complaint = db.session.get_one(Transfer, complaint_id), db.session.get_one(Complaint, complaint_id)
    if transfer.taking is not None:
        return []
    pack = pack_on(clock.now())
    spared = {transfer.handed_over_by, *complaint.barred}
    people = {person for role in receivers(pack) for person in holding(role, pack, spared)}
    department = pack.company_departments.get(transfer.department, transfer.department)
    notice = Notice(
        kind=ASSIGNED, subject_type="complaints", subject_id=complaint.id, stage="transfer", occasion="",
        title=complaint.title, words=f"{department}转来的投诉，请接收", path=path_of("complaints", complaint.id),
        clause=cited(pack.clauses.get("complaint-transfer")), due_at=complaint.next_due_at,
    )  # fmt: skip
    return remind(notice, people)
