"""有偿服务登记表: at the end of a month its repairs are counted and entered (E4)."""

from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from tenants.repairs.endings import Register
from tenants.repairs.month import month_of, opens, paid_services, rates_of
from tenants.repairs.rules import rules_of


def register(day: date, *, note: str, by: Actor) -> Register:
    """Enter the register of the month that `day` lies in, as it stands; a later one of the month supplements it.

    Raises Problem before the end of the month, Conflict when nothing has changed since the last one, Forbidden.
    """
    month = month_of(day)
    rules = pack_on(month.begin)
    holds(by, rules, "有偿服务登记", *rules_of(rules).roles.registrars)
    if by.id is None:
        raise Problem("请登录后再登记")
    if clock.local(clock.now()).date() < opens(month, rules):
        raise Problem(f"{month.label}的登记表从 {opens(month, rules)} 起登记")
    if len(note.strip()) > 1000:
        raise Problem("说明最多 1000 字", "note")
    paid, known = paid_services(month), rates_of(month)
    last = db.session.scalars(
        select(Register).where(Register.month == month.begins).order_by(Register.nth.desc()).limit(1)
    ).one_or_none()
    figures: dict[str, Any] = {
        "repairs": len(paid), "total_fen": sum(each.total_fen for each in paid), "on_time": known.on_time,
        "arrivals": known.due, "passed": known.passed, "called": known.called,
    }  # fmt: skip
    if last and all(getattr(last, name) == value for name, value in figures.items()):
        raise Conflict(f"{month.label}的登记表已由{last.registered_by_name}登记，此后没有变化")
    made = Register(
        id=uuid4(), month=month.begins, nth=(last.nth if last else 0) + 1, note=note.strip(),
        registered_at=clock.now(), registered_by=by.id, registered_by_name=by.name, **figures,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as rival:
        raise Conflict("同事刚登记了这个月，请刷新后查看") from rival
    record("repair_register.entered", made, by, month=month.begins.isoformat(), nth=made.nth, **figures)
    db.session.flush()
    return made
