"""What the kinds of digests are called, and the spans that they are about."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from saas import clock
from saas.policy.periods import Every, Period, midnight, period, shift

STATISTICS, CALLBACKS, WEEKLY, MONTHLY = "statistics", "callbacks", "weekly", "monthly"
TITLES = {STATISTICS: "投诉统计表", CALLBACKS: "回访统计", WEEKLY: "投诉周报", MONTHLY: "投诉月报"}
CLAUSES = {
    STATISTICS: "complaint-statistics", CALLBACKS: "callback-statistics", WEEKLY: "complaint-digests",
    MONTHLY: "complaint-digests",
}  # fmt: skip
SENT = (STATISTICS, CALLBACKS)
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True)
class Days:
    """The days of a digest, from `begins` up to, not including, `ends`."""

    begins: date
    ends: date

    @property
    def begin(self) -> datetime:
        return midnight(self.begins)

    @property
    def end(self) -> datetime:
        return midnight(self.ends)

    @property
    def last(self) -> date:
        return self.ends - timedelta(days=1)

    @property
    def month(self) -> bool:
        """A whole month, not a week."""
        return self.begins.day == 1 and shift(self.begins, 1) == self.ends

    @property
    def label(self) -> str:
        """2026 年 11 月, or 2026-11-16 至 11-22."""
        return Period(self.begins, self.ends).label if self.month else f"{self.begins} 至 {self.last:%m-%d}"

    @property
    def before(self) -> "Days":
        """The month or week before."""
        return Days(shift(self.begins, -1) if self.month else self.begins - (self.ends - self.begins), self.begins)

    @property
    def year_ago(self) -> "Days":
        """The same month a year earlier."""
        return Days(shift(self.begins, -12), shift(self.ends, -12))


def month_of(day: date) -> Days:
    """The month that a day lies in."""
    about = period(Every.MONTH, day)
    return Days(about.begins, about.ends)


def week_of(day: date) -> Days:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + timedelta(days=7))


def asked_month(text: str) -> Days:
    """The month of 2026-11; the last whole month for anything that is no month we could have records of."""
    found, today = _MONTH.fullmatch(text), clock.local(clock.now()).date()
    if found and 1 <= int(found[2]) <= 12 and clock.EARLIEST.year <= int(found[1]) <= today.year + 1:
        return month_of(date(int(found[1]), int(found[2]), 1))
    return month_of(today.replace(day=1) - timedelta(days=1))


def title(kind: str, days: Days) -> str:
    """投诉统计表（2026 年 11 月）."""
    return f"{TITLES[kind]}（{days.label}）"
