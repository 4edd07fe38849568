"""Midnight, a month's last day, New Year's Eve at the desk: hours run day and night, months turn in Shanghai."""

from datetime import timedelta

import pytest

from saas import clock
from saas.policy.evidence import Question, told
from saas.policy.loader import pack
from saas.policy.periods import Every, period
from tenants.receptions.evidence import EVIDENCE
from tests.complaints.conftest import moment
from tests.receptions.conftest import Lobby


def there(lobby: Lobby, month: str) -> int:
    """How many receptions of a month its clause asks about."""
    rules, about = pack("property"), period(Every.MONTH, moment(f"{month}-01").date())
    clause = next(each for each in rules.clauses.values() if each.evidence == "receptions.followed_up")
    with clock.at(moment("2026-06-30T12:00")), lobby.estate.place.inside():
        found = told(EVIDENCE[clause.evidence].query(Question(clause, rules, about.begin, about.end)))
        return found.met + found.missed + found.open


@pytest.mark.rule("C2")
@pytest.mark.rule("C3")
def test_the_desk_at_midnight(lobby: Lobby) -> None:
    eve = moment("2026-02-16T23:50")  # 除夕
    spring = lobby.received(eve)
    assert lobby.look(spring).answer_by == eve + timedelta(hours=2), "hours do not stand still on a holiday"
    told_by = eve + timedelta(hours=4)
    said = {"expected_at": f"{told_by:%Y-%m-%dT%H:%M}", "channel": "phone"}
    assert lobby.step(spring, "expectation", eve, **said).status_code == 303
    assert lobby.look(spring).due_at == told_by
    lobby.received(moment("2026-02-28T23:59"))
    lobby.received(moment("2026-03-01T00:00"))  # 16:00 of the day before in UTC
    lobby.received(moment("2026-04-30T23:59"))
    months = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
    assert [there(lobby, month) for month in months] == [0, 2, 1, 1, 0]
