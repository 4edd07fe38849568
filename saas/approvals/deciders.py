"""Who can decide: holders of the step's role, their delegates, and the next level up when only the author holds it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import any_, select

from saas import clock
from saas.approvals.models import ApprovalStep
from saas.db import db
from saas.identity.actor import Actor
from saas.policy.pack import Pack, Step
from saas.problem import Problem
from saas.tenancy.staff import Delegation, Staff


class NobodyCanDecide(Problem):
    """A step of the chain has no holder who could decide; the message names the missing role."""


@dataclass(frozen=True)
class Planned:
    """A step as it will be asked: `raised_from` is the chain's own role when the next level up must decide."""

    step: Step
    role: str
    raised_from: str | None


@dataclass(frozen=True)
class Authority:
    """By which right somebody decides a step: their own role, or a dated delegation."""

    delegation: Delegation | None = None
    principal: Staff | None = None


def holders(roles: set[str]) -> dict[str, set[UUID]]:
    """Active staff by role."""
    found: dict[str, set[UUID]] = {role: set() for role in roles}
    for person in db.session.scalars(select(Staff).where(Staff.ended_at.is_(None), Staff.roles.overlap(list(roles)))):
        for role in roles.intersection(person.roles):
            found[role].add(person.id)
    return found


def plan(steps: Sequence[Step], barred: set[UUID], pack: Pack) -> list[Planned]:
    """Which role decides each step, so that every step has a person of its own who is not barred (A3, D4).

    Raises NobodyCanDecide, naming the role, when no such choice exists.
    """
    by_role = holders({*pack.hierarchy, *(step.role for step in steps)})
    return _choose(list(steps), barred, pack, by_role, [])


def _choose(
    steps: list[Step], barred: set[UUID], pack: Pack, by_role: Mapping[str, set[UUID]], taken: list[set[UUID]]
) -> list[Planned]:
    if not steps:
        return []
    step, rest = steps[0], steps[1:]
    for role in (step.role, *_above(step.role, pack.hierarchy)):
        candidates = by_role.get(role, set()) - barred
        if candidates and _distinct([*taken, candidates]):
            chosen = Planned(step, role, step.role if role != step.role else None)
            return [chosen, *_choose(rest, barred, pack, by_role, [*taken, candidates])]
    name = pack.roles.get(step.role, step.role)
    raise NobodyCanDecide(f"「{step.label}」这一步没有人能决定：请公司管理员先设置一位{name}（不能是经办人或应回避者）")


def _above(role: str, hierarchy: Sequence[str]) -> Sequence[str]:
    return hierarchy[hierarchy.index(role) + 1 :] if role in hierarchy else ()


def _distinct(sets: list[set[UUID]]) -> bool:
    """True when one different person can be picked from each set."""
    if not sets:
        return True
    first, *rest = sorted(sets, key=len)
    return any(_distinct([s - {person} for s in rest]) for person in first)


def authority(role: str, assigned_to: UUID | None, by: Actor, barred: Collection[UUID] = ()) -> Authority | None:
    """By which right `by` may decide a step of this role now; None when by none. Nobody stands for the `barred`."""
    if by.has(role) and assigned_to in (None, by.id):
        return Authority()
    today = clock.local(clock.now()).date()
    query = (
        select(Delegation, Staff)
        .join(Staff, Staff.id == Delegation.from_id)
        .where(
            Delegation.to_id == by.id,
            Delegation.role == role,
            Delegation.from_id.not_in(barred),
            Delegation.ended_at.is_(None),
            Delegation.starts_on <= today,
            Delegation.ends_on >= today,
            Staff.ended_at.is_(None),
            any_(Staff.roles) == role,
        )
    )
    if assigned_to is not None:
        query = query.where(Delegation.from_id == assigned_to)
    row = db.session.execute(query.order_by(Delegation.created_at).limit(1)).first()
    return Authority(row[0], row[1]) if row else None


def left_without(steps: Sequence[ApprovalStep], before: set[UUID], after: set[UUID]) -> ApprovalStep | None:
    """The step for which people remain when those `before` have decided, and nobody when those `after` have."""
    by_role = holders({step.role for step in steps})
    for count, step in enumerate(steps, start=1):
        candidates = [by_role[each.role] for each in steps[:count]]
        if _distinct([c - before for c in candidates]) and not _distinct([c - after for c in candidates]):
            return step
    return None
