"""When people hear of a duty: reminders before its date, the word that it is late, and the rungs above it (R2).

A reminder that falls on a rest day comes on the working day before; what is told after the date comes on a working day
at opening time, or the next one. The date itself stays where it is.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from saas import clock
from saas.policy.calendar import Calendar
from saas.policy.pack import BusinessHours, Clause
from saas.policy.periods import midnight
from tenants.obligations.models import ESCALATION, LATE, WARN

LONGEST_REST = 60  # days; a calendar with longer ones is wrong, and people are told on the day itself


@dataclass(frozen=True)
class Occasion:
    """One thing to tell the holders of these roles at a moment. `name` is unique within its duty: warn-1, late …"""

    name: str
    kind: str
    at: datetime
    roles: tuple[str, ...]


def occasions(until: date, clause: Clause, calendar: Calendar, hours: BusinessHours) -> list[Occasion]:
    """Everything there is to tell about a duty that is owed `until` a day, in the order of time."""

    def opening(day: date) -> datetime:
        return datetime.combine(day, hours.opens, clock.CN)

    def after(moment: datetime) -> datetime:
        there = clock.local(moment)
        day = worked(there.date(), calendar, 1)
        return max(there, opening(day)) if day == there.date() else opening(day)

    missed = midnight(until + timedelta(days=1))
    before = [worked(until - timedelta(days=span.days), calendar, -1) for span in sorted(clause.remind, reverse=True)]
    found = [Occasion(f"{WARN}-{nth}", WARN, opening(day), clause.roles) for nth, day in enumerate(before, start=1)]
    found.append(Occasion(LATE, LATE, after(missed), clause.roles))
    found += [
        Occasion(f"{ESCALATION}-{nth}", ESCALATION, after(missed + rung.after), (rung.role,))
        for nth, rung in enumerate(clause.escalation, start=1)
    ]
    return found


def worked(day: date, calendar: Calendar, step: int) -> date:
    """The day itself when it is a working day, or the nearest one before (-1) or after it (1)."""
    near = (day + timedelta(days=step * offset) for offset in range(LONGEST_REST))
    return next((each for each in near if calendar.is_working_day(each)), day)
