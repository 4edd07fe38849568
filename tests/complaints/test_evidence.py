"""What the records say of the clauses that bind complaints: kept, not kept, or still open."""

from dataclasses import astuple
from datetime import timedelta
from uuid import UUID

import pytest

from saas import clock
from saas.db import db
from saas.policy.evidence import Evidence, Question, told
from saas.policy.loader import pack
from tenants.complaints.evidence import EVIDENCE
from tenants.complaints.facts import Handling
from tests.complaints.conftest import Yard, moment

RECEIVED = moment("2026-11-10T09:00")


def ask(yard: Yard, clause: str, at: str = "2026-11-30T12:00", *, around: bool = False) -> Evidence:
    """November, as it stands at a moment; or the days around now."""
    rules = pack("property")
    bound = rules.clauses[clause]
    if around:
        asked = Question(bound, rules, clock.now() - timedelta(days=9), clock.now() + timedelta(days=9))
        with yard.place.inside():
            return told(EVIDENCE[bound.evidence].query(asked))
    asked = Question(bound, rules, moment("2026-11-01T00:00"), moment("2026-12-01T00:00"))
    with clock.at(moment(at)), yard.place.inside():
        return told(EVIDENCE[bound.evidence].query(asked))


def counts(found: Evidence) -> tuple[int, ...]:
    return astuple(found)[:3]


@pytest.mark.rule("D7")
def test_a_clock_is_open_then_kept_or_missed(yard: Yard) -> None:
    quick, slow = yard.register(RECEIVED), yard.register(RECEIVED)
    assert counts(ask(yard, "complaint-first-response", "2026-11-10T10:00")) == (0, 0, 2)
    yard.accept(quick, at=moment("2026-11-10T10:30"))
    assert counts(ask(yard, "complaint-first-response", "2026-11-10T10:59")) == (1, 0, 1)
    yard.accept(slow, at=moment("2026-11-10T11:30"))
    found = ask(yard, "complaint-first-response")
    assert counts(found) == (1, 1, 0)
    assert {record.verdict: record.where["id"] for record in found.records} == {"met": quick, "missed": slow}


@pytest.mark.rule("D7")
def test_what_is_due_in_another_month_belongs_to_that_month(yard: Yard) -> None:
    yard.register(moment("2026-11-28T09:00"))
    assert counts(ask(yard, "complaint-first-response")) == (0, 1, 0)
    assert counts(ask(yard, "complaint-closed")) == (0, 0, 0)


@pytest.mark.rule("D2")
def test_a_card_is_open_until_somebody_has_it(yard: Yard) -> None:
    fresh = yard.register(RECEIVED)
    assert counts(ask(yard, "complaint-card")) == (0, 0, 1)
    yard.accept(fresh, at=RECEIVED)
    assert counts(ask(yard, "complaint-card")) == (1, 0, 0)


@pytest.mark.rule("D10")
def test_callbacks_are_judged_by_the_share_of_their_severity(yard: Yard) -> None:
    done = [handled(yard, "general") for _ in range(2)]
    grave = handled(yard, "important")
    before = ask(yard, "complaint-callback-quota", "2026-11-11T12:00")
    assert counts(before) == (0, 0, 3)
    assert counts(ask(yard, "complaint-callback-quota")) == (0, 3, 0)
    called = {"channel": "on_site", "signed": "y", "satisfaction": "5", "opinion": "修好了"}
    assert yard.post(yard.steward, done[0], "callbacks", moment("2026-11-11T12:00"), **called).status_code == 303
    found = ask(yard, "complaint-callback-quota")
    assert counts(found) == (1, 1, 0), "half of the general ones suffice"
    assert [record.where["id"] for record in found.records if record.verdict == "missed"] == [grave]
    assert counts(ask(yard, "complaint-callback")) == (1, 2, 0)


@pytest.mark.rule("D3")
@pytest.mark.rule("D4")
@pytest.mark.rule("D7")
def test_rulings_recusals_and_pauses(yard: Yard) -> None:
    fresh, ruled, paused = yard.register(RECEIVED), yard.register(RECEIVED), yard.register(RECEIVED)
    about = yard.register(RECEIVED, complained_about=yard.engineer.id)
    assert counts(ask(yard, "complaint-judgement")) == (0, 0, 4)
    yard.accept(ruled, at=RECEIVED)
    yard.accept(paused, at=RECEIVED)
    said = {"accepted": "no", "established": "no", "category": "other", "severity": "general", "reason": "不属物业"}
    assert yard.post(yard.supervisor, fresh, "judgement", RECEIVED, **said).status_code == 303
    assert counts(ask(yard, "complaint-judgement")) == (2, 0, 2), "what was declined is answered too"
    assert counts(ask(yard, "complaint-recusal")) == (1, 0, 0)
    yard.accept(about, at=RECEIVED, complained_about=str(yard.engineer.id))
    with clock.at(moment("2026-11-12T09:00")), yard.place.inside():  # as no action would
        db.session.add(
            Handling(
                complaint_id=about, nth=1, result="x", handled_at=clock.now(), recorded_at=clock.now(),
                recorded_by=yard.engineer.id, recorded_by_name="赵强",
            )
        )  # fmt: skip
        db.session.commit()
    assert counts(ask(yard, "complaint-recusal")) == (0, 1, 0)
    asked = yard.post(yard.steward, ruled, "pauses", moment("2026-11-10T10:00"), reason="等配件")
    assert asked.status_code == 303
    yard.pause(paused, moment("2026-11-10T10:00"))
    assert counts(ask(yard, "complaint-pause")) == (1, 0, 1)


def handled(yard: Yard, severity: str) -> UUID:
    """A complaint whose work is finished, not called back yet."""
    made = yard.register(RECEIVED)
    yard.accept(made, severity, at=RECEIVED)
    yard.solve(made, yard.leader if severity == "important" else yard.manager, at=moment("2026-11-11T09:00"))
    return made
