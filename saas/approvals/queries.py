"""What waits for whom, and the record of what was decided."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    Uuid,
    all_,
    and_,
    any_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from saas import clock
from saas.approvals.models import Approval, ApprovalStep, Decision
from saas.db import db
from saas.identity.actor import Actor
from saas.tenancy.staff import Delegation, Staff

ME, TODAY = bindparam("me", type_=Uuid), bindparam("today", type_=Date)
ROLES: BindParameter[Any] = bindparam("roles", expanding=True)


@cache
def _mine() -> ColumnElement[bool]:
    """What `_asked` may decide now; built once, because every page counts it."""
    earlier = select(Decision.id).where(Decision.approval_id == Approval.id)
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
    own = and_(ApprovalStep.role.in_(ROLES), or_(ApprovalStep.assigned_to.is_(None), ApprovalStep.assigned_to == ME))
    return and_(
        Approval.state == "pending",
        ApprovalStep.state == "waiting",
        Approval.author_id != ME,
        ME != all_(Approval.barred),  # noqa: SIM300 - SQL knows ALL on the right only
        ~earlier.where(or_(Decision.decided_by == ME, Decision.on_behalf_of == ME)).exists(),
        or_(own, delegated),
    )


@cache
def _counted(of_one_type: bool) -> Select[int]:
    query = select(func.count()).select_from(Approval).join(Approval.steps).where(_mine())
    return query.where(Approval.subject_type == bindparam("subject_type")) if of_one_type else query


def _asked(by: Actor) -> dict[str, Any]:
    return {"me": by.id, "today": clock.local(clock.now()).date(), "roles": sorted(by.roles)}


def waiting_for(by: Actor, limit: int = 50, subject_type: str = "") -> list[Approval]:
    """Approvals that this person can decide now, longest waiting first; of one type of subject when it is named."""
    query = select(Approval).join(Approval.steps).where(_mine())
    if subject_type:
        query = query.where(Approval.subject_type == subject_type)
    return list(db.session.scalars(query.order_by(ApprovalStep.waiting_since).limit(limit), _asked(by)).unique())


def count_waiting(by: Actor, subject_type: str = "") -> int:
    """How many approvals wait for this person; of one type of subject when it is named."""
    named = {"subject_type": subject_type} if subject_type else {}
    return db.session.scalar(_counted(bool(subject_type)), {**_asked(by), **named}) or 0


def of_subject(subject_type: str, subject_id: UUID, kinds: Sequence[str] | None = None) -> list[Approval]:
    """All submissions of a subject, newest first."""
    query = select(Approval).where(Approval.subject_type == subject_type, Approval.subject_id == subject_id)
    if kinds is not None:
        query = query.where(Approval.kind.in_(kinds))
    return list(db.session.scalars(query.order_by(Approval.submitted_at.desc())))
