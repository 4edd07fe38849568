"""Deadlines: working days, business hours, pauses, and how they are told."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from saas.clock import CN
from saas.policy import clocks
from saas.policy.calendar import Calendar
from saas.policy.clocks import Due
from saas.policy.loader import pack
from saas.policy.pack import Clock, Unit

CHINA = Calendar()
HOURS = pack("property").settings.hours


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CN)


def timed(amount: int, unit: Unit, warn: timedelta | float = timedelta(hours=2)) -> Clock:
    return Clock("stage", "阶段", amount, unit, "received", warn)


def due(start: str, amount: int, unit: Unit, calendar: Calendar = CHINA) -> str:
    found = clocks.due(moment(start), timed(amount, unit), calendar, HOURS)
    return found.at.strftime("%Y-%m-%d %H:%M")


@pytest.mark.rule("D7")
@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-19 09:12", 1, "2026-11-20 09:12"),
        ("2026-11-20 16:00", 1, "2026-11-23 16:00"),  # over the weekend
        ("2026-11-20 18:00", 1, "2026-11-23 18:00"),  # at closing it still counts
        ("2026-11-20 18:01", 1, "2026-11-24 08:30"),  # after closing: as if at the next opening
        ("2026-11-20 07:00", 1, "2026-11-23 08:30"),  # before opening
        ("2026-11-21 10:00", 1, "2026-11-24 08:30"),  # a rest day: as if at Monday's opening
        ("2026-02-13 16:00", 1, "2026-02-14 16:00"),  # Friday to a make-up Saturday
        ("2026-02-14 16:00", 1, "2026-02-24 16:00"),  # over Spring Festival
        ("2026-02-18 10:00", 2, "2026-02-26 08:30"),  # within Spring Festival
        ("2026-01-30 10:00", 1, "2026-02-02 10:00"),  # month end
        ("2024-02-28 10:00", 1, "2024-02-29 10:00"),  # leap day
        ("2024-02-29 10:00", 1, "2024-03-01 10:00"),
        ("2026-12-31 10:00", 1, "2027-01-04 10:00"),  # over New Year into a year not announced
    ],
)
def test_working_days(start: str, days: int, expected: str) -> None:
    assert due(start, days, Unit.WORKING_DAYS) == expected


@pytest.mark.rule("D7")
@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-19 09:12", 7, "2026-11-26 09:12"),
        ("2026-02-26 23:59", 7, "2026-03-05 23:59"),
        ("2024-02-25 09:00", 7, "2024-03-03 09:00"),
        ("2026-12-28 09:00", 7, "2027-01-04 09:00"),
    ],
)
def test_calendar_days_run_through_rest_days(start: str, days: int, expected: str) -> None:
    assert due(start, days, Unit.CALENDAR_DAYS) == expected


@pytest.mark.rule("D7")
def test_hours_run_round_the_clock() -> None:
    assert due("2026-11-20 23:10", 2, Unit.HOURS) == "2026-11-21 01:10"


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-20 11:00", 2, "2026-11-20 14:30"),  # over lunch
        ("2026-11-20 12:40", 1, "2026-11-20 14:30"),  # within lunch
        ("2026-11-20 17:00", 2, "2026-11-23 09:30"),  # over the weekend
        ("2026-11-20 17:00", 1, "2026-11-20 18:00"),
        ("2026-11-21 10:00", 8, "2026-11-23 18:00"),
        ("2026-11-20 08:30", 16, "2026-11-23 18:00"),
    ],
)
def test_business_hours_leave_out_lunch_and_nights(start: str, hours: int, expected: str) -> None:
    assert due(start, hours, Unit.BUSINESS_HOURS) == expected


def test_the_company_calendar_moves_a_limit() -> None:
    own = Calendar({date(2026, 11, 23): False})
    assert due("2026-11-20 16:00", 1, Unit.WORKING_DAYS, own) == "2026-11-24 16:00"


@pytest.mark.rule("R2")
def test_a_limit_that_rests_on_a_year_not_announced_is_provisional() -> None:
    start = moment("2026-12-31 10:00")
    assert clocks.due(start, timed(1, Unit.WORKING_DAYS), CHINA, HOURS).provisional
    assert not clocks.due(start, timed(7, Unit.CALENDAR_DAYS), CHINA, HOURS).provisional
    assert not clocks.due(moment("2026-12-30 10:00"), timed(1, Unit.WORKING_DAYS), CHINA, HOURS).provisional
    entered = Calendar({date(2027, 1, 1) + timedelta(days=number): number > 2 for number in range(4)})
    assert not clocks.due(start, timed(1, Unit.WORKING_DAYS), entered, HOURS).provisional


@pytest.mark.rule("R2")
def test_warnings_of_office_clocks_come_in_open_time() -> None:
    after_lunch = clocks.due(moment("2026-11-20 09:00"), timed(4, Unit.BUSINESS_HOURS), CHINA, HOURS)
    assert (after_lunch.at, after_lunch.warn_at) == (moment("2026-11-20 14:30"), moment("2026-11-20 11:00"))
    monday = clocks.due(moment("2026-11-20 09:00"), timed(1, Unit.WORKING_DAYS), CHINA, HOURS)
    assert (monday.at, monday.warn_at) == (moment("2026-11-23 09:00"), moment("2026-11-20 16:30"))
    share = clocks.due(moment("2026-11-20 09:00"), timed(2, Unit.HOURS, 0.25), CHINA, HOURS)
    assert share.warn_at == moment("2026-11-20 10:30")
    early = clocks.due(moment("2026-11-20 09:00"), timed(1, Unit.HOURS), CHINA, HOURS)
    assert early.warn_at == moment("2026-11-20 09:00")


@pytest.mark.parametrize("unit", list(Unit))
def test_who_comes_later_is_never_due_earlier(unit: Unit) -> None:
    random = Random(20261120)
    starts = sorted(moment("2026-01-01 00:00") + timedelta(minutes=random.randrange(500 * 24 * 60)) for _ in range(400))
    for amount in (1, 3, 20):
        found = [clocks.due(start, timed(amount, unit), CHINA, HOURS) for start in starts]
        assert all(before.at <= after.at for before, after in pairwise(found))
        assert all(start < one.at for start, one in zip(starts, found, strict=True))
        assert all(
            start <= one.warn_at <= one.at or one.warn_at > start for start, one in zip(starts, found, strict=True)
        )


def test_the_result_does_not_depend_on_the_zone_of_the_start() -> None:
    start = moment("2026-11-20 16:00")
    for unit in Unit:
        assert clocks.due(start.astimezone(UTC), timed(3, unit), CHINA, HOURS) == clocks.due(
            start, timed(3, unit), CHINA, HOURS
        )


def test_naive_moments_and_calendars_without_work_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        clocks.due(datetime(2026, 11, 20), timed(1, Unit.HOURS), CHINA, HOURS)  # noqa: DTZ001
    idle = Calendar({date(2026, 1, 1) + timedelta(days=number): False for number in range(900)})
    with pytest.raises(ValueError, match="no working day"):
        clocks.due(moment("2026-11-20 16:00"), timed(1, Unit.WORKING_DAYS), idle, HOURS)


def paused(start: str, amount: int, unit: Unit, begin: str, end: str) -> str:
    clock = timed(amount, unit)
    first = clocks.due(moment(start), clock, CHINA, HOURS)
    return clocks.resume(first, moment(begin), moment(end), clock, CHINA, HOURS).at.strftime("%Y-%m-%d %H:%M")


@pytest.mark.rule("D7")
@pytest.mark.parametrize(
    ("start", "amount", "unit", "begin", "end", "expected"),
    [
        ("2026-11-19 09:00", 7, Unit.CALENDAR_DAYS, "2026-11-20 10:00", "2026-11-22 12:00", "2026-11-28 11:00"),
        ("2026-11-20 16:00", 1, Unit.WORKING_DAYS, "2026-11-21 09:00", "2026-11-22 18:00", "2026-11-23 16:00"),
        ("2026-11-20 16:00", 1, Unit.WORKING_DAYS, "2026-11-20 17:00", "2026-11-24 17:00", "2026-11-25 16:00"),
        ("2026-11-20 11:00", 2, Unit.BUSINESS_HOURS, "2026-11-20 11:30", "2026-11-20 16:00", "2026-11-20 17:30"),
        ("2026-11-20 11:00", 2, Unit.BUSINESS_HOURS, "2026-11-20 12:00", "2026-11-20 13:30", "2026-11-20 14:30"),
        ("2026-11-20 11:00", 2, Unit.HOURS, "2026-11-20 13:00", "2026-11-20 16:00", "2026-11-20 13:00"),  # too late
    ],
)
def test_a_pause_leaves_what_was_left(start: str, amount: int, unit: Unit, begin: str, end: str, expected: str) -> None:
    assert paused(start, amount, unit, begin, end) == expected


def test_a_pause_of_no_length_changes_nothing_and_longer_pauses_never_shorten() -> None:
    random = Random(7)
    for unit in Unit:
        clock = timed(3, unit)
        for _ in range(100):
            start = moment("2026-01-05 00:00") + timedelta(minutes=random.randrange(300 * 24 * 60))
            first = clocks.due(start, clock, CHINA, HOURS)
            begin = start + (first.at - start) * random.random()
            assert clocks.resume(first, begin, begin, clock, CHINA, HOURS).at == first.at
            ends = [begin + timedelta(hours=hours) for hours in (0, 1, 9, 70, 300)]
            resumed = [clocks.resume(first, begin, end, clock, CHINA, HOURS) for end in ends]
            assert all(before.at <= after.at for before, after in pairwise([first, *resumed]))
            assert all(one.warn_at <= one.at for one in resumed)


def test_a_warning_moves_with_the_pause_unless_it_was_given() -> None:
    clock = timed(7, Unit.CALENDAR_DAYS, timedelta(days=1))
    first = clocks.due(moment("2026-11-19 09:00"), clock, CHINA, HOURS)
    early = clocks.resume(first, moment("2026-11-20 09:00"), moment("2026-11-22 09:00"), clock, CHINA, HOURS)
    assert (early.at, early.warn_at) == (moment("2026-11-28 09:00"), moment("2026-11-27 09:00"))
    late = clocks.resume(first, moment("2026-11-25 10:00"), moment("2026-11-27 10:00"), clock, CHINA, HOURS)
    assert (late.at, late.warn_at) == (moment("2026-11-28 09:00"), first.warn_at)
    with pytest.raises(ValueError, match="before it begins"):
        clocks.resume(first, moment("2026-11-22 09:00"), moment("2026-11-20 09:00"), clock, CHINA, HOURS)


@pytest.mark.rule("D7")
def test_state_and_ladder() -> None:
    closed = pack("property").clocks["closed"]
    found = clocks.due(moment("2026-11-19 09:12"), closed, CHINA, HOURS)
    assert found == Due(moment("2026-11-26 09:12"), moment("2026-11-25 09:12"), False)
    assert found.state(moment("2026-11-25 09:11")) == "running"
    assert found.state(moment("2026-11-25 09:12")) == "soon"
    assert found.state(found.at) == "soon"
    assert found.state(found.at + timedelta(seconds=1)) == "late"
    assert clocks.escalations(found.at, closed) == (
        (moment("2026-11-26 09:12"), "project_manager"),
        (moment("2026-11-27 09:12"), "division_leader"),
        (moment("2026-11-29 09:12"), "general_manager"),
    )


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(hours=1, minutes=50, seconds=40), "还剩 1 小时 50 分"),
        (timedelta(minutes=-48), "逾期 48 分钟"),
        (timedelta(days=5, hours=23, minutes=59), "还剩 5 天 23 小时"),
        (timedelta(days=-1), "逾期 1 天"),
        (timedelta(hours=2), "还剩 2 小时"),
        (timedelta(days=1, minutes=5), "还剩 1 天"),
        (timedelta(0), "还剩不到 1 分钟"),
        (timedelta(seconds=-1), "逾期不到 1 分钟"),
    ],
)
def test_what_is_left_in_words(left: timedelta, told: str) -> None:
    at = moment("2026-11-20 12:00")
    assert clocks.remaining(at, at - left) == told


def test_less_than_a_minute_reads_well_after_every_word() -> None:
    brief, longer = timedelta(seconds=59), timedelta(minutes=61)
    assert [clocks.phrase("迟到", each) for each in (brief, longer)] == ["迟到不到 1 分钟", "迟到 1 小时 1 分"]
    assert [clocks.since(each) for each in (-brief, brief, longer)] == ["刚刚", "刚刚", "已 1 小时 1 分"]


def test_progress_stays_between_nothing_and_all() -> None:
    start, at = moment("2026-11-20 08:00"), moment("2026-11-20 10:00")
    assert clocks.progress(start, at, moment("2026-11-20 07:00")) == 0
    assert clocks.progress(start, at, moment("2026-11-20 08:30")) == 0.25
    assert clocks.progress(start, at, moment("2026-11-21 08:30")) == 1
    assert clocks.progress(at, at, start) == 1
