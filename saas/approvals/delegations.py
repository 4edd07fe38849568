"""Dated delegations 委托: who decides for whom, in which role, from when to when (A3)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Delegation, Staff

ARRANGERS = ("company_admin", "project_manager")  # may arrange a delegation between others


@dataclass(frozen=True)
class Line:
    """A delegation with the people it is between."""

    row: Delegation
    of: Staff
    to: Staff

    @property
    def state(self) -> str:
        """`ended`, `coming`, `past` or `running`, on today's date in China."""
        today = clock.local(clock.now()).date()
        if self.row.ended_at is not None:
            return "ended"
        return "coming" if today < self.row.starts_on else "past" if today > self.row.ends_on else "running"


def deciding_roles(pack: Pack) -> list[str]:
    """The roles that decide a step of some chain, or may have to in place of another: only these can be delegated."""
    deciding = {step.role for chain in pack.chains.values() for step in chain.steps} | set(pack.hierarchy[1:])
    return [role for role in pack.roles if role in deciding]


def delegate(
    *, of: UUID, to: UUID, role: str, starts_on: date, ends_on: date, reason: str, pack: Pack, by: Actor
) -> Delegation:
    """Let `to` decide for `of` in one role, both days included.

    Raises Forbidden when `by` may not arrange it, Problem when it could have no effect.
    """
    if of != by.id and not by.has(*ARRANGERS):
        raise Forbidden("只能委托自己的权限；替别人委托，请项目经理或公司管理员操作")
    giver, taker = _present(of), _present(to)
    if giver is None or role not in giver.roles or role not in deciding_roles(pack):
        raise Problem("委托人没有这个岗位的审批权限，请选择委托人现有的岗位", "role")
    if taker is None or to == of:
        raise Problem("请选择另一位在岗的同事", "to")
    if role in taker.roles:
        raise Problem(f"{taker.name}本来就有这个岗位，不需要委托", "to")
    if ends_on < starts_on:
        raise Problem("结束日期应不早于开始日期", "ends_on")
    if ends_on < clock.local(clock.now()).date():
        raise Problem("结束日期已经过去，请填写今天或以后的日期", "ends_on")
    if not reason.strip():
        raise Problem("请写明委托原因，例如“出差”", "reason")
    given = Delegation(
        from_id=of, to_id=to, role=role, starts_on=starts_on, ends_on=ends_on, reason=reason.strip(),
        created_at=clock.now(),
    )  # fmt: skip
    db.session.add(given)
    db.session.flush()
    facts = {"of": giver.name, "to": taker.name, "role": role, "from": str(starts_on), "until": str(ends_on)}
    record("delegation.given", given, by, **facts)
    return given


def end(delegation_id: UUID, *, by: Actor) -> Delegation:
    """End a delegation now; decisions made under it stand. Raises LookupError, Forbidden or Conflict."""
    given = db.session.get(Delegation, delegation_id, with_for_update=True)
    if given is None:
        raise LookupError(str(delegation_id))
    if by.id not in (given.from_id, given.to_id) and not by.has(*ARRANGERS):
        raise Forbidden("只有委托双方、项目经理或公司管理员可以结束委托")
    if given.ended_at is not None:
        raise Conflict("这份委托已经结束")
    given.ended_at = clock.now()
    record("delegation.ended", given, by)
    return given


def lines(limit: int = 100) -> list[Line]:
    """The delegations of this tenant, the newest first."""
    of, to = aliased(Staff), aliased(Staff)
    query = (
        select(Delegation, of, to)
        .join(of, of.id == Delegation.from_id)
        .join(to, to.id == Delegation.to_id)
        .order_by(Delegation.created_at.desc(), Delegation.id)
    )
    return [Line(*row) for row in db.session.execute(query.limit(limit))]


def _present(staff_id: UUID) -> Staff | None:
    found = db.session.get(Staff, staff_id)
    return found if found is not None and found.ended_at is None else None
