"""Reading the project's calendar: its own entries, the weeks of a month, and who changed what."""

from calendar import Calendar as Weeks
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from saas.db import db
from saas.events import Event
from saas.policy.calendar import Calendar
from saas.tenancy.staff import CalendarDay


def entered() -> list[CalendarDay]:
    """Every day entered by hand, the latest first."""
    return list(db.session.scalars(select(CalendarDay).order_by(CalendarDay.day.desc()).limit(500)))


def weeks(month: date, own: Mapping[date, bool]) -> list[list[tuple[date, str] | None]]:
    """The weeks of a month from Monday on, each day with what it is; None for days of its neighbours."""
    calendar = Calendar(own)
    return [
        [(day, calendar.describe(day).kind) if day.month == month.month else None for day in week]
        for week in Weeks().monthdatescalendar(month.year, month.month)
    ]


def changes(limit: int = 20) -> list[Event]:
    """The latest entries and removals."""
    query = select(Event).where(Event.subject_type == CalendarDay.__tablename__)
    return list(db.session.scalars(query.order_by(Event.occurred_at.desc(), Event.id).limit(limit)))
