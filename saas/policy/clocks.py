"""Deadlines: when a stage is due, when to warn, what is left (rules D7, D10, R2). All on the clock of Shanghai.

How time is counted:
- Hours and calendar days run round the clock; a calendar day ends at the same time of day.
- A working-days clock counts whole working days and skips the others: one working day from Friday 16:00 is Monday
  16:00. What comes in on a rest day, before opening or after closing counts as received at the next opening, and a
  limit never falls outside opening hours (it moves to the next opening).
- A business-hours clock counts only open time, lunch excluded.
- Warnings of the last two are counted in open time, so "2 h before" Monday 09:00 is Friday 16:30, not Monday 07:00.
- A pause stops the same count that the clock uses: what was left when it began is left when it ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from saas.clock import CN, local
from saas.policy.calendar import Calendar
from saas.policy.pack import BusinessHours, Clock, Unit

_LONGEST_REST = 400
"""Days without work after which a count gives up: the company's calendar must be wrong."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a stage is due and when to warn; provisional if it rests on a year that is not announced yet."""

    at: datetime
    warn_at: datetime
    provisional: bool

    def state(self, now: datetime) -> Literal["running", "soon", "late"]:
        """Late only after the due moment itself."""
        return "late" if now > self.at else "soon" if now >= self.warn_at else "running"


def due(start: datetime, clock: Clock, calendar: Calendar, hours: BusinessHours) -> Due:
    """The limit of a stage started at `start` (aware). ValueError for a naive start or a calendar without work days."""
    count, open_time = _counts(clock, calendar, hours)
    begun = count.opening(local(start))
    days = clock.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
    at = count.advance(begun, timedelta(days=clock.amount) if days else timedelta(hours=clock.amount))
    whole = open_time.between(begun, at)
    before = clock.warn_before if isinstance(clock.warn_before, timedelta) else whole * clock.warn_before
    return Due(at, open_time.before(begun, at, before), count.provisional(local(start), at))


def resume(
    due: Due, paused_from: datetime, paused_to: datetime, clock: Clock, calendar: Calendar, hours: BusinessHours
) -> Due:
    """The limit after a pause. A limit already missed stays, and so does a warning already given.

    ValueError when the pause ends before it begins.
    """
    if paused_to < paused_from:
        raise ValueError("a pause cannot end before it begins")
    if paused_from >= due.at:
        return due
    count, open_time = _counts(clock, calendar, hours)
    halted, resumed = count.opening(local(paused_from)), count.opening(local(paused_to))
    at = count.opening(count.advance(resumed, count.between(halted, local(due.at))))
    before = open_time.between(local(due.warn_at), local(due.at))
    warn_at = due.warn_at if due.warn_at <= paused_from else open_time.before(resumed, at, before)
    return Due(at, warn_at, due.provisional or count.provisional(resumed, at))


def escalations(at: datetime, clock: Clock) -> tuple[tuple[datetime, str], ...]:
    """When each role of the ladder is told that the limit `at` was missed."""
    return tuple((local(at) + rung.after, rung.role) for rung in clock.escalation)


def words(span: timedelta) -> str:
    """A length of time in words, rounded down, two units at most: 1 小时 50 分, 48 分钟, 5 天 23 小时."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
    return f"{rest} 分钟" if rest else "不到 1 分钟"


def phrase(word: str, span: timedelta) -> str:
    """A length of time after a word, with a gap before figures only: 迟到 48 分钟, 迟到不到 1 分钟."""
    length = words(span)
    return f"{word} {length}" if length[0].isdigit() else word + length


def since(span: timedelta) -> str:
    """How long ago it was: 刚刚, 已 3 小时."""
    return phrase("已", span) if span >= timedelta(minutes=1) else "刚刚"


def remaining(at: datetime, now: datetime) -> str:
    """还剩 1 小时 50 分 or 逾期 48 分钟. At the due moment itself nothing is late yet."""
    return phrase("还剩" if now <= at else "逾期", at - now)


def progress(started: datetime, at: datetime, now: datetime) -> float:
    """The share of the time that has passed, 0–1, for progress bars."""
    if now >= at or at <= started:
        return 1.0
    return max(0.0, (now - started) / (at - started))


def _counts(clock: Clock, calendar: Calendar, hours: BusinessHours) -> tuple["_Count", "_Count"]:
    """How the clock counts its limit, and how it counts the warning before it."""
    office = clock.unit in (Unit.WORKING_DAYS, Unit.BUSINESS_HOURS)
    warning = Unit.BUSINESS_HOURS if office else Unit.HOURS
    return _Count(clock.unit, calendar, hours), _Count(warning, calendar, hours)


@dataclass(frozen=True, slots=True)
class _Count:
    """Counts only the time that its unit counts: all of it, whole working days, or open hours."""

    unit: Unit
    calendar: Calendar
    hours: BusinessHours

    def opening(self, moment: datetime) -> datetime:
        """For working days: the moment itself in opening hours, lunch included, else the next opening."""
        if self.unit is not Unit.WORKING_DAYS:
            return moment
        for day in self._days(moment.date()):
            if moment <= _at(day, self.hours.closes):
                return max(moment, _at(day, self.hours.opens))
        raise AssertionError("unreachable: the days do not end")

    def advance(self, moment: datetime, span: timedelta) -> datetime:
        """The moment when `span` of counted time has passed."""
        if self._round_the_clock:
            return moment + span
        for begin, end in self._spans(moment.date()):
            begin = max(begin, moment)
            if begin <= end and span <= end - begin:
                return begin + span
            span -= max(end - begin, timedelta(0))
        raise AssertionError("unreachable: the spans do not end")

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """The counted time from `begin` to `end`; zero when there is none."""
        if self._round_the_clock:
            return max(end - begin, timedelta(0))
        total = timedelta(0)
        for opened, closed in self._spans(begin.date()):
            if opened >= end:
                break
            total += max(min(closed, end) - max(opened, begin), timedelta(0))
        return total

    def before(self, begun: datetime, at: datetime, span: timedelta) -> datetime:
        """The moment `span` of counted time before `at`, not earlier than `begun`."""
        return min(at, self.advance(begun, max(self.between(begun, at) - span, timedelta(0))))

    def provisional(self, begin: datetime, end: datetime) -> bool:
        """Whether the count rests on a day whose arrangement is not announced."""
        days = (end.date() - begin.date()).days + 1
        return not self._round_the_clock and any(
            self.calendar.is_provisional(begin.date() + timedelta(days=number)) for number in range(days)
        )

    @property
    def _round_the_clock(self) -> bool:
        return self.unit in (Unit.HOURS, Unit.CALENDAR_DAYS)

    def _days(self, day: date) -> Iterator[date]:
        """The working days from `day` on, without end. ValueError when the calendar has no more of them."""
        rest = 0
        while rest < _LONGEST_REST:
            rest += 1
            if self.calendar.is_working_day(day):
                rest = 0
                yield day
            day += timedelta(days=1)
        raise ValueError(f"the calendar has no working day in the {_LONGEST_REST} days before {day}")

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for working in self._days(day):
            if self.unit is Unit.WORKING_DAYS:
                yield _at(working, time(0)), _at(working + timedelta(days=1), time(0))
            else:
                yield _at(working, self.hours.opens), _at(working, self.hours.lunch_from)
                yield _at(working, self.hours.lunch_to), _at(working, self.hours.closes)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, CN)
