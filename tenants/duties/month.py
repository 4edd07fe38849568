"""A month of duties over the work calendar: weeks from Monday on, the days of its neighbours included."""

from calendar import Calendar as Weeks
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from saas.policy.calendar import Calendar
from tenants.duties.standing import Standing

PLAIN = ("工作日", "休息日")


@dataclass(frozen=True)
class Square:
    """One day: what the work calendar and the lunar one say, what is due, and what was planned for it but moved."""

    day: date
    kind: str
    rest: bool
    lunar: str
    inside: bool
    due: list[Standing] = field(default_factory=list)
    moved: list[Standing] = field(default_factory=list)

    @property
    def named(self) -> bool:
        """Whether it is neither a simple working day nor a simple rest day."""
        return self.kind not in PLAIN

    @property
    def bare(self) -> bool:
        """Nothing to say in a list of days."""
        return not self.due and not self.moved and not self.named


@dataclass(frozen=True)
class Month:
    """The weeks of a month; `provisional` when the year's arrangement of rest days is not announced yet."""

    first: date
    weeks: list[list[Square]]
    provisional: bool


def span(first: date) -> tuple[date, date]:
    """The first and the last day that a month's page shows."""
    weeks = Weeks().monthdatescalendar(first.year, first.month)
    return weeks[0][0], weeks[-1][-1]


def month(first: date, stands: Sequence[Standing], calendar: Calendar) -> Month:
    """The page of a month."""
    weeks = [
        [_square(day, day.month == first.month, stands, calendar) for day in week]
        for week in Weeks().monthdatescalendar(first.year, first.month)
    ]
    return Month(first, weeks, any(calendar.is_provisional(each.day) for week in weeks for each in week if each.inside))


def _square(day: date, inside: bool, stands: Sequence[Standing], calendar: Calendar) -> Square:
    said = calendar.describe(day)
    kind, lunar = said.kind.removesuffix("，暂定"), said.lunar.removeprefix("农历")
    return Square(
        day, kind, not calendar.is_working_day(day), lunar, inside,
        [each for each in stands if each.duty.until == day],
        [each for each in stands if each.duty.moved_to not in (None, day) and each.duty.due_on == day],
    )  # fmt: skip
