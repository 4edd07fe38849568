"""Who is told: the person in charge, or who holds the role; a vacant role passes it to the next level up (R2, A3)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.approvals.actions import barred_from
from saas.approvals.deciders import holders
from saas.approvals.models import Approval
from saas.db import db
from saas.policy.pack import Pack
from saas.tenancy.staff import Delegation, Staff


def in_charge(person: UUID | None, role: str | None, pack: Pack, spare: Collection[UUID] = ()) -> set[UUID]:
    """The person, if still here and not to be spared (D4); else whoever holds `role`."""
    if person is not None and person not in spare:
        there = db.session.scalar(select(Staff.id).where(Staff.id == person, Staff.ended_at.is_(None)))
        if there is not None:
            return {there}
    return holding(role or pack.hierarchy[1], pack, spare)


def holding(role: str, pack: Pack, spare: Collection[UUID] = ()) -> set[UUID]:
    """The holders of a role; when nobody is left, those of the next role up that has somebody."""
    levels = pack.hierarchy[pack.hierarchy.index(role) :] if role in pack.hierarchy else (role,)
    found = holders(set(levels))
    return next((people for level in levels if (people := found[level].difference(spare))), set())


def deciders(approval: Approval) -> set[UUID]:
    """Who can decide the waiting step now: its holders, and those to whom they handed it over for today (A3)."""
    step = approval.current
    if step is None:
        return set()
    barred, today = barred_from(approval), clock.local(clock.now()).date()
    people = ({step.assigned_to} if step.assigned_to else holders({step.role})[step.role]) - barred
    handed_over = select(Delegation.to_id).where(
        Delegation.from_id.in_(people),
        Delegation.role == step.role,
        Delegation.ended_at.is_(None),
        Delegation.starts_on <= today,
        Delegation.ends_on >= today,
    )
    return (people | set(db.session.scalars(handed_over))) - barred
