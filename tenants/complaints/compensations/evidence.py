"""What the compensations of a period show: approved before promised (D13), each by who may decide so much (A5)."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from saas.approvals.models import Approval, ApprovalStep, Decision
from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints.compensations.models import KIND, Compensation, Payment, Promise
from tenants.complaints.models import Complaint
from tenants.complaints.rows import TITLE, within


def _asked(*verdict: tuple[ColumnElement[bool], str]) -> Select[Any]:
    judged = case(*verdict).label("verdict")
    rows = select(Complaint.id, TITLE, Compensation.asked_at.label("at"), judged)
    rows = rows.join(Compensation, Compensation.complaint_id == Complaint.id)
    return rows.join(Approval, Approval.id == Compensation.approval_id)


def approved(asked: Question) -> Rows:
    """Applications: missed where one was promised or given before, or without, every step decided (D13)."""
    this = Compensation.complaint_id, Compensation.nth
    undecided = Approval.ended_at.is_(None)
    promised = select(Promise.nth).where(
        Promise.complaint_id == this[0], Promise.nth == this[1], undecided | (Promise.promised_at < Approval.ended_at)
    )
    paid = select(Payment.nth).where(
        Payment.complaint_id == this[0], Payment.nth == this[1], undecided | (Payment.recorded_at < Approval.ended_at)
    )
    early = or_(promised.exists(), paid.exists())
    settled = Approval.state.in_(("approved", "returned", "withdrawn"))
    rows = _asked((early, MISSED), (Approval.state == "pending", OPEN), (settled, MET))
    return within(asked, rows, Compensation.asked_at)


def within_authority(asked: Question) -> Rows:
    """Approved ones: missed where a step that binds so much money was not decided (A5)."""
    limits = asked.pack.numbers

    def decided(name: str) -> ColumnElement[bool]:
        made = and_(Decision.approval_id == ApprovalStep.approval_id, Decision.position == ApprovalStep.position)
        step = select(Decision.id).join(ApprovalStep, made)
        return step.where(ApprovalStep.approval_id == Approval.id, ApprovalStep.name == name).exists()

    lacking = [
        and_(Compensation.amount > (limits[step.over] if step.over else 0), ~decided(str(step.name)))
        for step in asked.pack.chains[KIND].steps
        if step.when_flag is None
    ]
    rows = _asked((Approval.state == "pending", OPEN), (or_(*lacking), MISSED), (Approval.state == "approved", MET))
    return within(asked, rows.where(Approval.state.in_(("pending", "approved"))), Compensation.asked_at)


EVIDENCE = {
    "compensations.approved": Source(approved, ("complaints", "approvals")),
    "compensations.within_authority": Source(within_authority, ("complaints", "approvals")),
}
