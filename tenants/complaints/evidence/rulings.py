"""What the rulings of a period show: judged with a reason (D3), the accused kept out (D4), pauses approved (D7)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased

from saas.approvals.models import Approval, Decision
from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints import states
from tenants.complaints.facts import (
    Assignment,
    Callback,
    Closure,
    Handling,
    Judgement,
    Pause,
    Reply,
    Response,
    Solution,
)
from tenants.complaints.models import Complaint
from tenants.complaints.past import PastComplaint
from tenants.complaints.rows import TITLE, is_there, received, within

CLOSED = Complaint.state == states.CLOSED
DEEDS: tuple[tuple[Any, Any, Any], ...] = (
    (Response, Response.responded_by, Response.responded_at), (Judgement, Judgement.judged_by, Judgement.judged_at),
    (Assignment, Assignment.assigned_by, Assignment.assigned_at),
    (Solution, Solution.proposed_by, Solution.proposed_at),
    (Handling, Handling.recorded_by, Handling.recorded_at), (Callback, Callback.called_by, Callback.called_at),
    (Closure, Closure.closed_by, Closure.closed_at), (Pause, Pause.asked_by, Pause.asked_at),
)  # fmt: skip


def ruled(asked: Question) -> Rows:
    """Judged, with the reason; one that was declined is answered with it. Past ones out of a ledger owe none (D3)."""
    judged, answered = is_there(Judgement), is_there(Reply) | is_there(Closure, Closure.no_reply != "")
    declined = is_there(Judgement, ~Judgement.accepted) & (Complaint.state.in_((states.DECLINED, states.CLOSED)))
    lacking = case((declined, ~answered), else_=~judged)
    rows = received(asked, (CLOSED & lacking, MISSED), (lacking, OPEN), (~lacking, MET))
    merged = is_there(Closure, Closure.no_reply == "merged")
    return Rows(rows.select.where(or_(judged, ~is_there(PastComplaint) & ~merged)), rows.endpoint)


def kept_out(asked: Question) -> Rows:
    """Those about somebody: missed where that person did anything about it since they were named (D4).

    They were named with the last ruling, or when it was registered.
    """
    rulings = aliased(Judgement)  # the deeds speak of judgements too
    named = select(func.max(rulings.judged_at)).where(rulings.complaint_id == Complaint.id)
    last = named.correlate(Complaint).scalar_subquery()
    since = func.coalesce(last, Complaint.registered_at)
    did: list[ColumnElement[bool]] = [
        is_there(fact, who == Complaint.complained_about, at > since) for fact, who, at in DEEDS
    ]
    of_case = and_(Approval.subject_type == "complaints", Approval.subject_id == Complaint.id)
    decided = select(Decision.id).join(Approval, Approval.id == Decision.approval_id).where(of_case)
    did.append(
        decided.where(Decision.decided_by == Complaint.complained_about, Decision.decided_at > since)
        .correlate(Complaint).exists()
    )  # fmt: skip
    rows = received(
        asked, (or_(*did), MISSED), (Complaint.handler_id == Complaint.complained_about, MISSED), (true(), MET)
    )
    return Rows(rows.select.where(Complaint.complained_about.is_not(None)), rows.endpoint)


def paused(asked: Question) -> Rows:
    """Pauses asked for: missed where the clocks stood still without an approval (D7)."""
    ran = Pause.paused_at.is_not(None)
    verdict = case(
        (ran & (Approval.state != "approved"), MISSED), (Approval.state == "pending", OPEN), (ran, MET),
        (Approval.state == "returned", MET),
    )  # fmt: skip
    rows = select(Complaint.id, TITLE, Pause.asked_at.label("at"), verdict.label("verdict"))
    rows = rows.join(Pause, Pause.complaint_id == Complaint.id).join(Approval, Approval.id == Pause.approval_id)
    return within(asked, rows, Pause.asked_at)


EVIDENCE = {
    "judgements.ruled": Source(ruled, ("complaints",)),
    "recusals.kept": Source(kept_out, ("complaints", "approvals")),
    "pauses.approved": Source(paused, ("complaints", "approvals")),
}
