"""Months, quarters, half-years and years in Shanghai, and the last days of duties."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from saas.clock import CN
from saas.policy.pack import Deadline, Target
from saas.policy.periods import Every, Period, in_month, period, periods, shift
from saas.policy.words import until

LENGTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}
DAYS = [date(2023, 11, 1) + timedelta(days=number) for number in range(900)]  # over two turns of year and a leap day


@pytest.mark.parametrize("every", list(Every))
def test_each_day_lies_in_one_period_and_the_periods_follow_each_other(every: Every) -> None:
    for day in DAYS:
        found = period(every, day)
        assert found.begins <= day < found.ends
        assert found.every is every
        assert (found.ends.year - found.begins.year) * 12 + found.ends.month - found.begins.month == LENGTHS[every]
        assert found.next.previous == found.previous.next == found
        assert found.previous.ends == found.begins
    line = periods(every, DAYS[0], DAYS[-1])
    assert line[0] == period(every, DAYS[0])
    assert line[-1] == period(every, DAYS[-1])
    assert all(before.next == after and before < after for before, after in pairwise(line))


@pytest.mark.parametrize(
    ("every", "day", "label"),
    [
        (Every.MONTH, date(2026, 11, 30), "2026 年 11 月"),
        (Every.QUARTER, date(2026, 12, 31), "2026 年第 4 季度"),
        (Every.QUARTER, date(2026, 1, 1), "2026 年第 1 季度"),
        (Every.HALF_YEAR, date(2026, 6, 30), "2026 年上半年"),
        (Every.HALF_YEAR, date(2026, 7, 1), "2026 年下半年"),
        (Every.YEAR, date(2026, 12, 31), "2026 年"),
    ],
)
def test_periods_are_told_in_chinese(every: Every, day: date, label: str) -> None:
    assert period(every, day).label == label


def test_a_period_begins_and_ends_at_midnight_in_shanghai() -> None:
    found = period(Every.MONTH, date(2026, 3, 5))
    assert found.begin == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert found.end == datetime(2026, 3, 31, 16, tzinfo=UTC)


def test_the_elapsed_share_stays_between_nothing_and_all() -> None:
    june = period(Every.MONTH, date(2026, 6, 1))
    assert june.elapsed(june.begin - timedelta(days=400)) == 0
    assert june.elapsed(june.begin) == 0
    assert june.elapsed(datetime(2026, 6, 16, tzinfo=CN)) == 0.5
    assert june.elapsed(june.end) == june.elapsed(june.end + timedelta(days=1)) == 1


@pytest.mark.parametrize("months", range(-30, 31))
def test_shifting_there_and_back_is_nothing(months: int) -> None:
    for first in (date(2024, 1, 1), date(2024, 2, 1), date(2024, 12, 1)):
        assert shift(shift(first, months), -months) == first
        assert shift(first, months).day == 1


def test_a_day_that_the_month_lacks_is_its_last() -> None:
    assert in_month(date(2024, 2, 1), 31) == date(2024, 2, 29)
    assert in_month(date(2026, 2, 1), 29) == date(2026, 2, 28)
    assert in_month(date(2026, 4, 1), 31) == date(2026, 4, 30)
    assert in_month(date(2026, 4, 1), 30) == date(2026, 4, 30)


@pytest.mark.rule("R2")
@pytest.mark.parametrize(
    ("deadline", "every", "day", "last", "words"),
    [
        # F1: by 28 December for the next year
        (Deadline(False, -1, 28), Every.YEAR, date(2027, 6, 1), date(2026, 12, 28), "上年 12 月 28 日前"),
        # F2: by the 28th for the next month, also over New Year
        (Deadline(False, -1, 28), Every.MONTH, date(2027, 1, 9), date(2026, 12, 28), "上月 28 日前"),
        (Deadline(False, -1, 28), Every.MONTH, date(2024, 3, 9), date(2024, 2, 28), "上月 28 日前"),
        # I1: by the 10th of the month after the quarter
        (Deadline(True, 1, 10), Every.QUARTER, date(2026, 11, 1), date(2027, 1, 10), "次月 10 日前"),
        (Deadline(True, 1, 10), Every.QUARTER, date(2026, 3, 31), date(2026, 4, 10), "次月 10 日前"),
        # F5: by the 5th of the quarter's first month
        (Deadline(False, 0, 5), Every.QUARTER, date(2026, 11, 1), date(2026, 10, 5), "首月 5 日前"),
        (Deadline(False, 2, 5), Every.QUARTER, date(2026, 11, 1), date(2026, 12, 5), "第 3 个月 5 日前"),
        # D14: by the 10th for the month before
        (Deadline(True, 1, 10), Every.MONTH, date(2026, 12, 1), date(2027, 1, 10), "次月 10 日前"),
        # B8: by the end of the half-year
        (Deadline(True, 0, 31), Every.HALF_YEAR, date(2026, 2, 1), date(2026, 6, 30), "末月底前"),
        (Deadline(True, 0, 31), Every.MONTH, date(2024, 2, 1), date(2024, 2, 29), "当月底前"),
        (Deadline(True, 0, 31), Every.YEAR, date(2026, 2, 1), date(2026, 12, 31), "12 月底前"),
        # I5: by 15 January
        (Deadline(False, 0, 15), Every.YEAR, date(2026, 2, 1), date(2026, 1, 15), "1 月 15 日前"),
        (Deadline(True, 2, 28), Every.YEAR, date(2026, 2, 1), date(2027, 2, 28), "次年 2 月 28 日前"),
        (Deadline(False, -2, 1), Every.QUARTER, date(2026, 2, 1), date(2025, 11, 1), "前 2 个月 1 日前"),
        (Deadline(True, 2, 1), Every.QUARTER, date(2026, 2, 1), date(2026, 5, 1), "后 2 个月 1 日前"),
    ],
)
def test_the_last_day_of_a_duty(deadline: Deadline, every: Every, day: date, last: date, words: str) -> None:
    about = period(every, day)
    assert deadline.of(about) == last
    assert deadline.moment(about) == datetime.combine(last + timedelta(days=1), datetime.min.time(), CN)
    assert until(deadline, every) == words


def test_deadlines_of_later_periods_are_never_earlier() -> None:
    for every in Every:
        line = periods(every, date(2023, 1, 1), date(2029, 1, 1))
        for months in range(-12, 13, 5):
            for day in (1, 28, 29, 30, 31):
                for from_end in (True, False):
                    found = [Deadline(from_end, months, day).of(each) for each in line]
                    assert all(before < after for before, after in pairwise(found))


def test_shares_are_rounded_up_and_never_ask_for_more_than_all() -> None:
    assert [Target(percent=25).need(whole) for whole in (0, 1, 3, 4, 5, 100)] == [0, 1, 1, 1, 2, 25]
    for percent in range(101):
        for whole in range(60):
            need = Target(percent=percent).need(whole)
            assert need * 100 >= percent * whole
            assert (need - 1) * 100 < percent * whole or need == 0
            assert need <= whole
    assert Target(count=3).need(0) == Target(count=3).need(1000) == 3


def test_periods_are_ordered_by_their_days() -> None:
    assert Period(date(2026, 1, 1), date(2026, 2, 1)) < Period(date(2026, 1, 1), date(2026, 4, 1))
