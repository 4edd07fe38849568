"""Two people act on one case at once, each form sent many times: one effect, and the slower one loses nothing typed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from saas import clock
from saas.db import db
from tenants.complaints.compensations.models import Compensation
from tenants.complaints.facts import Callback, Closure, Handling
from tenants.complaints.follow_ups.models import FollowUpAnswer
from tenants.complaints.investigations.models import PARTS, Investigation
from tenants.complaints.reopenings.models import Reopening
from tenants.complaints.repeats.models import Link
from tests.complaints.conftest import Yard
from tests.complaints.test_course import CALLED, CLOSED
from tests.complaints.test_repeats import number
from tests.racing import raced

RAISED = CALLED | {"satisfaction": "3", "raised_new": "y", "matter": "轿厢灯闪"}


def accepted(yard: Yard) -> UUID:
    made = yard.register()
    yard.accept(made)
    return made


def approved(yard: Yard) -> UUID:
    made = accepted(yard)
    assert yard.post(yard.steward, made, "solutions", text="更换皮带").status_code == 303
    assert yard.decide(yard.manager, made, 1).status_code == 303
    return made


def handled(yard: Yard) -> UUID:
    made = accepted(yard)
    yard.solve(made)
    return made


def raised(yard: Yard) -> UUID:
    made, promised = handled(yard), clock.local(clock.now()).date() + timedelta(days=3)
    assert yard.post(yard.steward, made, "callbacks", **RAISED, promised_on=str(promised)).status_code == 303
    return made


def called(yard: Yard) -> UUID:
    made = handled(yard)
    assert yard.post(yard.steward, made, "callbacks", **CALLED).status_code == 303
    return made


def closed(yard: Yard) -> UUID:
    made = called(yard)
    assert yard.post(yard.supervisor, made, "closure", **CLOSED).status_code == 303
    return made


@dataclass(frozen=True)
class Race:
    """Who races on what: `typed` is the field that keeps the words of each."""

    verb: str
    before: Callable[[Yard], UUID]
    rivals: tuple[str, str]
    typed: str
    fact: Any
    fields: dict[str, str]


RACES = (
    Race("handling", approved, ("steward", "supervisor"), "result", Handling, {}),
    Race("callbacks", handled, ("steward", "colleague"), "opinion", Callback, CALLED),
    Race("closure", called, ("supervisor", "manager"), "conclusion", Closure, CLOSED),
    Race(
        "compensations", accepted, ("steward", "supervisor"), "reason", Compensation,
        {"kind": "damages", "amount": "300"},
    ),
    Race(
        "investigations", accepted, ("steward", "supervisor"), "cause", Investigation, dict.fromkeys(PARTS, "皮带老化")
    ),
    Race("reopening", closed, ("supervisor", "manager"), "reason", Reopening, {}),
    Race("matter", raised, ("steward", "supervisor"), "text", FollowUpAnswer, {"nth": "1"}),
    Race("links", accepted, ("supervisor", "manager"), "reason", Link, {"kind": "related"}),
)  # fmt: skip


@pytest.mark.rule("D2")
@pytest.mark.parametrize("race", RACES, ids=[each.verb for each in RACES])
def test_one_of_two_acts_and_the_other_keeps_the_words(yard: Yard, race: Race) -> None:
    case, fields = race.before(yard), dict(race.fields)
    if race.verb == "links":
        fields["number"] = number(yard, yard.register())
    forms = []
    for who in (getattr(yard, name) for name in race.rivals):
        assert yard.post(who, case, race.verb).status_code == 422, "nothing typed; fetches the CSRF token"
        words = {race.typed: f"{who.name}写下的原话", "version": str(yard.version(case))}
        forms.append((who, fields | words))
    first, second, page = raced(f"complaints/{case}/{race.verb}", forms)
    assert f"{second.name}写下的原话" in page
    assert first.name in page, "who was faster"
    with yard.place.inside():
        there = select(func.count()).select_from(race.fact).where(race.fact.complaint_id == case)
        assert db.session.scalar(there) == 1
