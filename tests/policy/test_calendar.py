"""Working days of China, announced, provisional, and as the company enters them."""

from datetime import date, timedelta

import pytest

from saas.policy.calendar import Calendar, lunar

CHINA = Calendar()


def worked(*days: date) -> list[bool]:
    return [CHINA.is_working_day(day) for day in days]


@pytest.mark.rule("R2")
def test_spring_festival_2026_rests_nine_days_with_make_up_saturdays() -> None:
    week = [date(2026, 2, 15) + timedelta(days=number) for number in range(9)]
    assert worked(*week) == [False] * 9
    assert worked(date(2026, 2, 14), date(2026, 2, 24), date(2026, 2, 28)) == [True] * 3
    assert str(CHINA.describe(date(2026, 2, 14))) == "星期六（调休上班）农历腊月廿七"
    assert str(CHINA.describe(date(2026, 2, 17))) == "星期二（春节）农历正月初一"


@pytest.mark.rule("R2")
def test_a_year_not_announced_takes_weekends_and_statutory_days_provisionally() -> None:
    friday, saturday, festival = date(2027, 2, 12), date(2027, 3, 6), date(2027, 2, 8)
    assert worked(friday, saturday, festival) == [True, False, False]
    assert all(CHINA.is_provisional(day) for day in (friday, saturday, festival))
    assert not CHINA.is_provisional(date(2026, 12, 31))
    assert CHINA.describe(festival).kind == "春节，暂定"
    assert CHINA.describe(friday).kind == "工作日，暂定"


def test_the_company_enters_days_by_hand() -> None:
    own = Calendar({date(2027, 3, 6): True, date(2026, 11, 20): False, date(2026, 11, 21): False})
    assert own.is_working_day(date(2027, 3, 6))
    assert not own.is_provisional(date(2027, 3, 6))
    assert not own.is_working_day(date(2026, 11, 20))
    assert own.describe(date(2026, 11, 20)).kind == "公司安排休息"
    assert own.describe(date(2027, 3, 6)).kind == "公司安排上班"
    assert own.describe(date(2026, 11, 21)).kind == "休息日"


def test_the_day_of_the_page_head() -> None:
    today = CHINA.describe(date(2026, 11, 20))
    assert (today.weekday, today.kind, today.lunar) == ("星期五", "工作日", "农历十月十二")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 2, 17), "农历正月初一"),
        (date(2026, 2, 26), "农历正月初十"),
        (date(2026, 3, 8), "农历正月二十"),
        (date(2025, 8, 1), "农历闰六月初八"),
        (date(2026, 12, 9), "农历冬月初一"),
        (date(2026, 2, 16), "农历腊月廿九"),
        (date(2024, 2, 9), "农历腊月三十"),
        (date(2200, 1, 1), ""),
    ],
)
def test_lunar_dates(day: date, name: str) -> None:
    assert lunar(day) == name


def test_every_day_of_three_centuries_has_an_answer() -> None:
    for year in range(1901, 2201):
        CHINA.describe(date(year, 2, 28))
