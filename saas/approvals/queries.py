"""What waits for whom, and the record of what was decided."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, all_, and_, any_, exists, func, or_, select

from saas.approvals.models import NEWEST_FIRST, Approval, ApprovalStep, Decision
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.asking import ME, ROLES, TODAY, Count, asked
from saas.tenancy.staff import Delegation, Staff


def _decidable() -> ColumnElement[bool]:
    """What whoever asks may decide now."""
    earlier = select(Decision.id).where(Decision.approval_id == Approval.id).correlate(Approval, Delegation)
    delegated = exists().where(
        Delegation.to_id == ME,
        Delegation.role == ApprovalStep.role,
        Delegation.ended_at.is_(None),
        Delegation.starts_on <= TODAY,
        Delegation.ends_on >= TODAY,
        Delegation.from_id != Approval.author_id,
        Delegation.from_id != all_(Approval.barred),
        ~earlier.where(Delegation.from_id.in_((Decision.decided_by, Decision.on_behalf_of))).exists(),
        or_(ApprovalStep.assigned_to.is_(None), ApprovalStep.assigned_to == Delegation.from_id),
        Staff.id == Delegation.from_id,
        Staff.ended_at.is_(None),
        ApprovalStep.role == any_(Staff.roles),
    )
    own = and_(
        ApprovalStep.role == any_(ROLES), or_(ApprovalStep.assigned_to.is_(None), ApprovalStep.assigned_to == ME)
    )
    return and_(
        Approval.state == "pending",
        ApprovalStep.state == "waiting",
        Approval.author_id != ME,
        ME != all_(Approval.barred),  # noqa: SIM300 - SQL knows ALL on the right only
        ~earlier.where(or_(Decision.decided_by == ME, Decision.on_behalf_of == ME)).exists(),
        or_(own, delegated),
    )


DECIDABLE = _decidable()
# one look for all slices that count by it on a page: to plan it takes longer than to read it
WAITING = select(Approval.subject_type).join(ApprovalStep).where(DECIDABLE).cte("waiting")


def waiting(subject_type: str = "") -> Count:
    """Counts the approvals that whoever asks can decide now; of one type of subject when it is named."""
    query: Count = select(func.count()).select_from(WAITING)
    return query.where(WAITING.c.subject_type == subject_type) if subject_type else query


LEFT_BY: dict[str, Count] = {
    "未到期的委托": select(func.count())
    .select_from(Delegation)
    .where(or_(Delegation.from_id == ME, Delegation.to_id == ME))
    .where(Delegation.ended_at.is_(None), Delegation.ends_on >= TODAY),
    "等其审核或审批的事项": waiting(),
    "其提交、还没批完的事项": select(func.count())
    .select_from(Approval)
    .where(Approval.author_id == ME, Approval.state == "pending"),
}
"""What somebody who leaves leaves behind here."""


def waiting_for(by: Actor, limit: int = 50, subject_type: str = "") -> list[Approval]:
    """Approvals that this person can decide now, longest waiting first; of one type of subject when it is named."""
    query: Select[Approval] = select(Approval).join(ApprovalStep).where(DECIDABLE)
    if subject_type:
        query = query.where(Approval.subject_type == subject_type)
    return list(db.session.scalars(query.order_by(ApprovalStep.waiting_since).limit(limit), asked(by)).unique())


def of_subject(subject_type: str, subject_id: UUID, kinds: Sequence[str] | None = None) -> list[Approval]:
    """All submissions of a subject, newest first."""
    query = select(Approval).where(Approval.subject_type == subject_type, Approval.subject_id == subject_id)
    if kinds is not None:
        query = query.where(Approval.kind.in_(kinds))
    return list(db.session.scalars(query.order_by(*NEWEST_FIRST)))
