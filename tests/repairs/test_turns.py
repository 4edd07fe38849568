"""Midnight on a month's last day, and a month from its end: where repairs and their callbacks count (E1, E4, E5)."""

from dataclasses import astuple
from datetime import date, timedelta
from typing import Any

import pytest

from saas import clock
from saas.db import db
from saas.policy.evidence import Count, Question, told
from saas.policy.loader import pack
from saas.policy.standing import State, state, tally
from tenants.repairs import actions
from tenants.repairs.evidence import EVIDENCE
from tenants.repairs.month import callback_days, month_of
from tests.repairs.workshop import Workshop, moment


def stood(shop: Workshop, clause: str, month: str) -> Any:
    """How a clause stood in one month at the end of June: (met, missed, open)."""
    rules, about = pack("property"), month_of(date.fromisoformat(f"{month}-01"))
    bound = rules.clauses[clause]
    with clock.at(moment("2026-06-30T12:00")), shop.place.inside():
        rows = EVIDENCE[bound.evidence].query(Question(bound, rules, about.begin, about.end))
        return astuple(told(rows))[:3]


@pytest.mark.rule("E3")
@pytest.mark.rule("E4")
def test_ordered_before_midnight_and_finished_after_it(shop: Workshop) -> None:
    made = shop.bring_to("finished", moment("2026-04-30T23:59"))
    for clause, april, may in (
        ("repair-order", 1, 0), ("repair-arrival", 0, 1), ("repair-signature", 0, 1), ("repair-cash", 0, 0),
    ):  # fmt: skip
        for month, there in (("2026-04", april), ("2026-05", may)):
            assert sum(stood(shop, clause, month)) == there, (clause, month)
    number = shop.get(made).number
    assert number.startswith("WX-2026-")
    with clock.at(moment("2026-06-01T09:00")):
        for month, result, there in (
            ("2026-04", "", True), ("2026-05", "", False), ("2026-04", "paid", False), ("2026-05", "paid", True),
        ):  # fmt: skip
            listed = shop.supervisor.get(f"repairs/?view=all&month={month}&result={result}").text
            assert (number in listed) is there, (month, result)
    for day, paid in (("2026-04-30", 0), ("2026-05-31", 1)):
        with clock.at(moment("2026-06-01T09:00")), shop.place.inside():
            entered = actions.register(month_of(date.fromisoformat(day)).begins, note="", by=shop.supervisor.actor)
            db.session.commit()
            assert entered.repairs == paid, day


@pytest.mark.rule("E5")
@pytest.mark.parametrize(
    ("finished", "last"),
    [
        ("2026-01-31T10:00", "2026-03-02T10:00"),  # over a February of 28 days
        ("2028-01-30T10:00", "2028-02-29T10:00"),  # onto leap day
        ("2026-12-15T23:59", "2027-01-14T23:59"),  # over the turn of the year
        ("2027-01-25T10:00", "2027-02-24T10:00"),  # the Spring Festival makes it no longer
    ],
)
def test_a_month_for_callbacks_is_thirty_days_of_any_calendar(finished: str, last: str) -> None:
    days = callback_days(pack("property"))
    assert moment(finished) + days == moment(last)
    assert days == timedelta(days=30)


@pytest.mark.rule("E5")
def test_the_callbacks_of_the_end_of_january_are_owed_in_march(shop: Workshop) -> None:
    early, late = (shop.bring_to("finished", moment("2026-01-31T09:30")) for _ in range(2))
    called = {"channel": "phone", "satisfaction": 5, "opinion": "好了", "passed": True}
    shop.do(actions.call_back, early, shop.steward, moment("2026-03-02T10:00"), **called)
    shop.do(actions.call_back, late, shop.steward, moment("2026-03-02T10:01"), **called)
    for month, found in (("2026-01", (0, 0, 0)), ("2026-02", (0, 0, 0)), ("2026-03", (1, 1, 0))):
        assert stood(shop, "repair-callback-quota", month) == found, month


@pytest.mark.rule("E5")
@pytest.mark.parametrize(("called", "finished", "kept"), [(3, 10, True), (2, 10, False), (1, 1, True), (0, 1, False)])
def test_thirty_of_a_hundred_are_enough(called: int, finished: int, *, kept: bool) -> None:
    clause, about = pack("property").clauses["repair-callback-quota"], month_of(date(2026, 3, 1))
    over = moment("2026-04-01T09:00")
    found = Count(met=called, missed=finished - called, whole=finished)
    assert (state(tally(clause, about, found), over) is State.MET) is kept
