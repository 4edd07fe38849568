"""What the head office says of a project: fee basis, handover, and the phones that are published for it (A6, I2)."""

import re
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.problem import Conflict, Problem
from saas.tenancy import enter
from saas.tenancy.models import PROJECT, Tenant
from saas.tenancy.staff import FEE_BASES, Profile

PHONE = re.compile(r"(?=(?:\D*\d){3})[0-9+()（） \-转、]{3,40}")
EARLIEST, AHEAD = date(1980, 1, 1), timedelta(days=3653)


@dataclass(frozen=True)
class ProjectFacts:
    """`fee_basis` is lump_sum 包干制 or remuneration 酬金制; `handed_over_on` the day of 交付 by the developer."""

    fee_basis: str = "lump_sum"
    handed_over_on: date | None = None
    service_phone: str = ""
    supervision_phone: str = ""


def describe_project(schema: str, facts: ProjectFacts, *, version: int, by: Actor) -> Profile:
    """Write these facts of a project; nothing, not even an event, when they are what is there.

    The platform's row and the project's profile move in one transaction, so the Session must have entered nothing yet;
    it serves the project from here on. 酬金制 gives the project's report a finance section that finance approves (I2).
    Raises Problem for what cannot be, Conflict when somebody described it after `version`, LookupError for no project.
    """
    check(facts)
    known = {"fee_basis": facts.fee_basis, "handed_over_on": facts.handed_over_on}
    wanted = update(Tenant).where(Tenant.schema_name == schema, Tenant.kind == PROJECT).values(**known)
    if db.session.scalar(wanted.returning(Tenant.id)) is None:
        raise LookupError(schema)
    enter(db.session(), schema)
    profile = db.session.scalars(select(Profile).with_for_update().execution_options(populate_existing=True)).one()
    if profile.version != version:
        raise Conflict("这个项目的资料刚被别人改过，请先看一看，再决定是否覆盖")
    changes: dict[str, list[Any]] = {}
    for name, value in asdict(facts).items():
        before = getattr(profile, name)
        if before != value:
            changes[name] = [str(each) if isinstance(each, date) else each for each in (before, value)]
            setattr(profile, name, value)
    if changes:
        profile.version += 1
        record("project.described", profile, by, changes=changes)
    return profile


def check(facts: ProjectFacts) -> None:
    """Raise Problem, naming the field, for what cannot be."""
    if facts.fee_basis not in FEE_BASES:
        raise Problem("请选择包干制或酬金制", "fee_basis")
    day = facts.handed_over_on
    if day is not None and not EARLIEST <= day <= clock.local(clock.now()).date() + AHEAD:
        raise Problem("请检查交付日期：应在 1980 年以后、十年以内", "handed_over_on")
    for name in ("service_phone", "supervision_phone"):
        check_phone(getattr(facts, name), name)


def check_phone(phone: str, field: str = "") -> None:
    """Raise Problem for what is no number to call; none at all is fine."""
    if phone and not PHONE.fullmatch(phone):
        raise Problem("请填写电话号码，例如 0571-8888 6666 或 400-800-8888 转 1，最多 40 个字", field)
