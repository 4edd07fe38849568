"""What waits for whom, and the record of what was decided."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, all_, and_, any_, exists, func, literal, or_, select

from saas import clock
from saas.approvals.models import Approval, ApprovalStep, Decision
from saas.db import db
from saas.identity.actor import Actor
from saas.tenancy.staff import Delegation, Staff


def _mine(by: Actor) -> ColumnElement[bool]:
    today = clock.local(clock.now()).date()
    earlier = select(Decision.id).where(Decision.approval_id == Approval.id)
    delegated = exists().where(
        Delegation.to_id == by.id,
        Delegation.role == ApprovalStep.role,
        Delegation.ended_at.is_(None),
        Delegation.starts_on <= today,
        Delegation.ends_on >= today,
        Delegation.from_id != Approval.author_id,
        Delegation.from_id != all_(Approval.barred),
        ~earlier.where(Delegation.from_id.in_((Decision.decided_by, Decision.on_behalf_of))).exists(),
        or_(ApprovalStep.assigned_to.is_(None), ApprovalStep.assigned_to == Delegation.from_id),
        Staff.id == Delegation.from_id,
        Staff.ended_at.is_(None),
        ApprovalStep.role == any_(Staff.roles),
    )
    own = and_(
        ApprovalStep.role.in_(sorted(by.roles)),
        or_(ApprovalStep.assigned_to.is_(None), ApprovalStep.assigned_to == by.id),
    )
    return and_(
        Approval.state == "pending",
        ApprovalStep.state == "waiting",
        Approval.author_id != by.id,
        literal(by.id, Uuid) != all_(Approval.barred),
        ~earlier.where(or_(Decision.decided_by == by.id, Decision.on_behalf_of == by.id)).exists(),
        or_(own, delegated),
    )


def waiting_for(by: Actor, limit: int = 50, subject_type: str = "") -> list[Approval]:
    """Approvals that this person can decide now, longest waiting first; of one type of subject when it is named."""
    query = select(Approval).join(Approval.steps).where(_mine(by))
    if subject_type:
        query = query.where(Approval.subject_type == subject_type)
    return list(db.session.scalars(query.order_by(ApprovalStep.waiting_since).limit(limit)).unique())


def count_waiting(by: Actor, subject_type: str = "") -> int:
    """How many approvals wait for this person; of one type of subject when it is named."""
    query = select(func.count()).select_from(Approval).join(Approval.steps).where(_mine(by))
    if subject_type:
        query = query.where(Approval.subject_type == subject_type)
    return db.session.scalar(query) or 0


def of_subject(subject_type: str, subject_id: UUID, kinds: Sequence[str] | None = None) -> list[Approval]:
    """All submissions of a subject, newest first."""
    query = select(Approval).where(Approval.subject_type == subject_type, Approval.subject_id == subject_id)
    if kinds is not None:
        query = query.where(Approval.kind.in_(kinds))
    return list(db.session.scalars(query.order_by(Approval.submitted_at.desc())))
