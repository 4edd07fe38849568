"""The stretches of time over which the regulation is judged: months, quarters, half-years, years in Shanghai."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from saas.clock import CN

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_LABELS = {"month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年"}


class Every(StrEnum):
    """How often a clause is judged."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def label(self) -> str:
        return _LABELS[self.value]


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One month, quarter, half-year or year: the days from `begins` up to, not including, `ends`."""

    begins: date
    ends: date

    @property
    def begin(self) -> datetime:
        """Midnight of the first day."""
        return midnight(self.begins)

    @property
    def end(self) -> datetime:
        """Midnight after the last day."""
        return midnight(self.ends)

    @property
    def every(self) -> Every:
        return next(Every(name) for name, months in _MONTHS.items() if shift(self.begins, months) == self.ends)

    @property
    def label(self) -> str:
        """2026 年 11 月, 2026 年第 4 季度, 2026 年下半年, 2026 年."""
        year, month = f"{self.begins.year} 年", self.begins.month
        match self.every:
            case Every.MONTH:
                return f"{year} {month} 月"
            case Every.QUARTER:
                return f"{year}第 {(month + 2) // 3} 季度"
            case Every.HALF_YEAR:
                return f"{year}{'上' if month == 1 else '下'}半年"
            case _:
                return year.strip()

    @property
    def next(self) -> "Period":
        return Period(self.ends, shift(self.ends, _MONTHS[self.every]))

    @property
    def previous(self) -> "Period":
        return Period(shift(self.begins, -_MONTHS[self.every]), self.begins)

    def elapsed(self, now: datetime) -> float:
        """The share of the period that has passed, 0 to 1."""
        return min(max((now - self.begin) / (self.end - self.begin), 0.0), 1.0)


def period(every: Every, day: date) -> Period:
    """The period of this length that a day lies in."""
    months = _MONTHS[every]
    begins = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(begins, shift(begins, months))


def periods(every: Every, first: date, last: date) -> list[Period]:
    """The periods from the one of `first` to the one of `last`, oldest first."""
    found = [period(every, first)]
    while found[-1].ends <= last:
        found.append(found[-1].next)
    return found


def shift(first: date, months: int) -> date:
    """The first day of the month that many months later (or earlier)."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def in_month(first: date, day: int) -> date:
    """That day of the month of `first`, or its last day when the month is shorter."""
    return min(first + timedelta(days=day - 1), shift(first, 1) - timedelta(days=1))


def midnight(day: date) -> datetime:
    """The beginning of a day in Shanghai."""
    return datetime.combine(day, time(0), CN)
