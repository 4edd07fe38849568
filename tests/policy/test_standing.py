"""How a clause stands: hard limits and pace judged apart, and time passing without a write."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from saas.clock import CN
from saas.policy.evidence import Count
from saas.policy.loader import pack
from saas.policy.pack import Clause
from saas.policy.periods import Every, period
from saas.policy.standing import STATES, State, Tally, state, tally

RULES = pack("property")
NOVEMBER, QUARTER = period(Every.MONTH, date(2026, 11, 1)), period(Every.QUARTER, date(2026, 11, 1))


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CN)


def clause(name: str) -> Clause:
    return RULES.clauses[name]


def stands(name: str, found: Count, *moments: str) -> list[State]:
    bound = clause(name)
    known = tally(bound, period(bound.every, date(2026, 11, 1)), found)
    return [state(known, day(moment)) for moment in moments]


@pytest.mark.rule("F4")
def test_a_quota_has_a_pace_and_a_hard_limit() -> None:
    moments = ("2026-11-02", "2026-11-11", "2026-11-21", "2026-11-30T23:59", "2026-12-01")
    nothing = stands("manager-visits", Count(), *moments)
    assert nothing == [State.OPEN, State.BEHIND, State.BEHIND, State.BEHIND, State.LATE]
    one = stands("manager-visits", Count(met=1), *moments)
    assert one == [State.OPEN, State.OPEN, State.BEHIND, State.BEHIND, State.LATE]
    assert set(stands("manager-visits", Count(met=3), *moments)) == {State.MET}
    assert set(stands("manager-visits", Count(met=9), *moments)) == {State.MET}


@pytest.mark.rule("F6")
def test_a_share_asks_for_whole_households_rounded_up() -> None:
    bound = clause("occupied-coverage")
    assert tally(bound, QUARTER, Count(met=25, whole=101)).need == 26
    assert stands("occupied-coverage", Count(met=25, whole=101), "2027-01-01") == [State.LATE]
    assert stands("occupied-coverage", Count(met=26, whole=101), "2027-01-01") == [State.MET]


@pytest.mark.rule("F6")
def test_a_share_of_nothing_is_never_met() -> None:
    for found in (Count(whole=0), Count(whole=None), Count(met=2, whole=0)):
        assert set(stands("occupied-coverage", found, "2026-11-01", "2027-06-01")) == {State.NONE}


@pytest.mark.rule("I1")
def test_a_periodic_duty_is_open_until_its_day_is_over_and_done_late_stays_late() -> None:
    moments = ("2026-10-01", "2027-01-10T23:59:59", "2027-01-11")
    assert stands("report-approval", Count(), *moments) == [State.OPEN, State.OPEN, State.OPEN]
    assert stands("report-approval", Count(), "2027-01-11T00:00:01") == [State.LATE]
    in_time = Count(met=1, first=day("2027-01-10T23:59:59"))
    assert stands("report-approval", in_time, *moments) == [State.MET] * 3
    late = Count(met=1, first=day("2027-01-11"))
    assert stands("report-approval", late, "2027-01-12", "2030-01-01") == [State.LATE] * 2


def test_a_duty_done_twice_counts_once() -> None:
    known = tally(clause("report-approval"), QUARTER, Count(met=5, first=day("2027-01-02")))
    assert (known.met, known.missed, known.open) == (1, 0, 0)


@pytest.mark.rule("F1")
def test_what_is_due_before_its_period_begins_is_late_before_it_begins() -> None:
    bound, year = clause("visit-plan-year"), period(Every.YEAR, date(2027, 5, 1))
    assert state(tally(bound, year, Count()), day("2026-12-28T20:00")) is State.OPEN
    assert state(tally(bound, year, Count()), day("2026-12-29T00:00:01")) is State.LATE
    assert state(tally(bound, year, Count(met=1, first=day("2026-12-28T18:00"))), day("2027-03-01")) is State.MET


@pytest.mark.rule("D7")
def test_open_records_turn_late_by_themselves() -> None:
    found = Count(met=2, open=2, due=(day("2026-11-10T09:00"), day("2026-11-20T09:00")))
    moments = ("2026-11-10T09:00", "2026-11-10T09:01", "2026-11-20T09:01")
    assert stands("complaint-closed", found, *moments) == [State.OPEN, State.LATE, State.LATE]
    known = tally(clause("complaint-closed"), NOVEMBER, found)
    assert [known.late(day(moment)) for moment in moments] == [0, 1, 2]
    assert [known.running(day(moment)) for moment in moments] == [2, 1, 0]


def test_one_missed_record_is_late_however_many_were_met() -> None:
    assert stands("complaint-closed", Count(met=500, missed=1), "2026-11-30") == [State.LATE]
    assert stands("complaint-closed", Count(met=500), "2026-11-30") == [State.MET]
    assert stands("complaint-closed", Count(met=500, open=1), "2026-11-30") == [State.OPEN]


def test_nothing_to_judge_is_neither_met_nor_late() -> None:
    assert stands("complaint-closed", Count(), "2026-11-30", "2027-11-30") == [State.NONE, State.NONE]


def test_what_does_not_apply_is_never_late() -> None:
    known = replace(tally(clause("report-finance"), NOVEMBER, Count(missed=3)), applies=False)
    assert state(known, day("2030-01-01")) is State.NOT_APPLICABLE
    assert state(Tally(NOVEMBER, applies=False), day("2030-01-01")) is State.NOT_APPLICABLE


def test_every_state_has_a_word_and_the_worst_comes_first() -> None:
    assert list(STATES) == list(State)
    assert next(iter(STATES.values()))[0] == "逾期"
    assert STATES[State.OFF] == ("未启用", "")


ORDER = {State.NONE: 0, State.MET: 0, State.OPEN: 0, State.BEHIND: 1, State.LATE: 2}


def test_time_alone_never_makes_a_clause_better() -> None:
    random = Random(20261126)
    for bound in RULES.clauses.values():
        about = period(bound.every, date(2026, 11, 1))
        for _ in range(4):
            open_ = random.randint(0, 3)
            due = tuple(sorted(about.begin + timedelta(days=random.randint(-5, 60)) for _ in range(open_)))
            first = about.begin + timedelta(days=random.randint(0, 150)) if random.random() < 0.5 else None
            found = Count(random.randint(0, 9), random.randint(0, 1), open_, due, first, random.randint(0, 30))
            known = tally(bound, about, found)
            seen = [state(known, about.begin + timedelta(days=number)) for number in range(-40, 500, 9)]
            assert [ORDER[one] for one in seen] == sorted(ORDER[one] for one in seen), (bound.id, seen)
            for number in range(-40, 500, 45):
                moment = about.begin + timedelta(days=number)
                assert known.late(moment) >= 0 <= known.running(moment)
