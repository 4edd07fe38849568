"""The regulation as it binds one complaint: the pack in force when it was received, and the calendar."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from saas.db import db
from saas.policy.calendar import Calendar
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.tenancy.staff import CalendarDay


@dataclass(frozen=True)
class Rules:
    """Pack and calendar for one moment."""

    pack: Pack
    calendar: Calendar


def rules_on(moment: datetime) -> Rules:
    """Pack and calendar for what was received at `moment`."""
    days = {row.day: row.working for row in db.session.scalars(select(CalendarDay))}
    return Rules(pack_on(moment), Calendar(days))
