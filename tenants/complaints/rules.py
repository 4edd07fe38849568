"""The regulation as it binds one complaint: the pack in force when it was received, and the calendar."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.policy.calendar import Calendar
from saas.policy.loader import pack
from saas.policy.pack import Pack
from saas.tenancy.staff import CalendarDay, Profile


@dataclass(frozen=True)
class Rules:
    """Pack and calendar for one moment."""

    pack: Pack
    calendar: Calendar


def pack_on(moment: datetime) -> Pack:
    """The pack in force on the day of `moment` (R3). LookupError outside a tenant."""
    profile = db.session.get(Profile, True)
    if profile is None:
        raise LookupError("no tenant entered")
    db.session().info["profile"] = profile  # kept while the Session lives: the identity map alone would let it go
    return pack(profile.pack, clock.local(moment).date())


def rules_on(moment: datetime) -> Rules:
    """Pack and calendar for what was received at `moment`."""
    days = {row.day: row.working for row in db.session.scalars(select(CalendarDay))}
    return Rules(pack_on(moment), Calendar(days))
