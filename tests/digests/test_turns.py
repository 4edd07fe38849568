"""Turns of month, quarter and year, leap day, midnight in Shanghai: what digests and tables count where (D14, D17)."""

from datetime import date

import pytest

from saas import clock
from saas.board.models import RollUp
from saas.db import db
from saas.policy.loader import pack
from saas.policy.periods import Every, Period, period
from tenants.complaints.duties import called_back
from tenants.digests import actions, queries
from tenants.digests.figures import take
from tenants.digests.words import CALLBACKS, STATISTICS, WEEKLY, Days, month_of, week_of
from tests.complaints.conftest import Yard, moment
from tests.digests.test_statistics import CALLED, ask, cells


@pytest.mark.rule("D14")
@pytest.mark.parametrize(
    ("days", "last", "before", "year_ago", "label"),
    [
        (month_of(date(2028, 2, 29)), "2028-02-29", "2028-01-01", "2027-02-01", "2028 年 2 月"),
        (month_of(date(2029, 2, 28)), "2029-02-28", "2029-01-01", "2028-02-01", "2029 年 2 月"),
        (month_of(date(2027, 1, 1)), "2027-01-31", "2026-12-01", "2026-01-01", "2027 年 1 月"),
        (week_of(date(2027, 1, 1)), "2027-01-03", "2026-12-21", None, "2026-12-28 至 01-03"),
        (week_of(date(2028, 2, 29)), "2028-03-05", "2028-02-21", None, "2028-02-28 至 03-05"),
    ],
)
def test_months_and_weeks_are_whole(days: Days, last: str, before: str, year_ago: str | None, label: str) -> None:
    assert (str(days.last), str(days.before.begins), days.label) == (last, before, label)
    assert days.before.ends == days.begins
    assert days.begin.astimezone(clock.CN).hour == 0
    if year_ago:
        assert (str(days.year_ago.begins), days.year_ago.month) == (year_ago, True)


@pytest.mark.rule("D14")
@pytest.mark.parametrize(
    ("clause", "ended", "due"),
    [
        ("complaint-statistics", (Every.MONTH, date(2024, 1, 31)), date(2024, 2, 10)),  # 初一
        ("complaint-statistics", (Every.MONTH, date(2026, 9, 30)), date(2026, 10, 10)),  # a make-up workday
        ("complaint-statistics", (Every.MONTH, date(2026, 12, 31)), date(2027, 1, 10)),  # a Sunday of the next year
        ("case-review", (Every.QUARTER, date(2026, 12, 31)), date(2027, 1, 10)),
    ],
)
def test_by_the_tenth_stays_the_tenth_in_a_holiday(clause: str, ended: tuple[Every, date], due: date) -> None:
    about = period(*ended)
    deadline = pack("property").clauses[clause].deadline
    assert deadline
    assert deadline.of(Period(about.begins, about.ends)) == due


@pytest.mark.rule("D14")
def test_a_leap_february_ends_at_midnight_in_shanghai(yard: Yard) -> None:
    for at in (
        "2024-01-31T23:59", "2024-02-01T00:00", "2024-02-10T10:00", "2024-02-29T23:59", "2024-03-01T00:00",
    ):  # fmt: skip
        yard.register(moment(at))
    yard.register(moment("2023-02-28T23:59"))
    for month, received, before, year_ago in (("2024-02", 3, 1, 1), ("2024-03", 1, 3, 0)):
        table = cells(yard.supervisor.get(f"digests/statistics?month={month}").text, "all")
        assert [int(table[label][0][0]) for label in ("本月", "上月", "去年同月")] == [received, before, year_ago]
        for label, count in (("本月", received), ("上月", before)):
            assert f"共 {count} 件" in yard.supervisor.get(table[label][0][1]).text, (month, label)


@pytest.mark.rule("D14")
@pytest.mark.rule("D17")
def test_the_turn_of_the_year(yard: Yard) -> None:
    """One case handled on the last evening and called back after midnight, one received after it."""
    eve, after = moment("2025-12-31T23:40"), moment("2026-01-01T00:10")
    old = yard.register(moment("2025-12-30T09:00"))
    yard.accept(old, at=eve)
    yard.solve(old, at=eve)
    assert yard.post(yard.steward, old, "callbacks", after, **CALLED).status_code == 303
    yard.register(after)
    with clock.at(moment("2026-01-09T03:00")), yard.place.inside():
        db.session.query(RollUp).update({"born_on": date(2025, 6, 1)})
        december, january = month_of(date(2025, 12, 31)), month_of(date(2026, 1, 1))
        assert called_back(december.begin, december.end) == {"general": (1, 1)}
        assert called_back(january.begin, january.end) == {}
        rules = pack("property")
        assert take(CALLBACKS, december, rules)["ways"] == {}, "calls count in the month in which they were made"
        assert take(CALLBACKS, january, rules)["ways"] == {"on_site": 1}
        actions.make_round(date(2026, 1, 8))
        assert queries.of(STATISTICS, december.begins) is None
        made = {each.kind for each in actions.make_round(date(2026, 1, 9))}
        assert {STATISTICS, CALLBACKS} <= made, "on the Friday before the Saturday on which it is due"
        week = queries.of(WEEKLY, date(2025, 12, 29))
        assert week
        assert (week.ends, week.figures["lines"][0]["now"]["figures"]["received"]) == (date(2026, 1, 5), 2)
        db.session.commit()
    weeks = ask(yard, "complaint-digests", "2026-01-01T00:00", "2026-02-01T00:00")
    assert (weeks.met, weeks.open) == (0, 1), "a week belongs to the month of its Sunday"
