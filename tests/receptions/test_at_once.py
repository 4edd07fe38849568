"""Each step of a reception taken by two at once: one effect, and the slower one is told and loses nothing typed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from saas import clock
from saas.db import db
from tenants.complaints.models import Complaint
from tenants.contacts.models import Contact
from tenants.receptions.models import Reception, Step
from tenants.repairs.models import Repair
from tests.racing import insist, raced
from tests.receptions.conftest import SAID, Lobby


@pytest.mark.rule("C2")
@pytest.mark.rule("C3")
def test_one_of_two_takes_each_step_and_the_other_keeps_the_words(lobby: Lobby) -> None:
    key, rivals, phone = lobby.received(), (lobby.estate.steward, lobby.supervisor), {"channel": "phone"}
    for who in rivals:
        who.post("receptions/new")  # fetches the token, which threads would fetch side by side
    soon = {"expected_at": f"{clock.local(clock.now()) + timedelta(hours=4):%Y-%m-%dT%H:%M}"}
    for verb, fields, kinds in (
        ("expectation", phone | soon, ["expected"]), ("escalation", {"role": "project_manager"}, ["escalated"]),
        ("notes", {}, ["noted"]), ("handling", {"channel": ""}, ["handled"]), ("feedback", phone, ["fed_back"]),
        ("revisit", phone | {"satisfaction": "2", "unsettled": "y"}, ["revisited"]),  # it begins again
        ("handling", phone, ["handled", "fed_back"]), ("owner", {"to": str(lobby.front.id)}, []),
        ("revisit", phone | {"satisfaction": "5"}, ["revisited"]),
    ):  # fmt: skip
        before = lobby.look(key)
        words = {who.name: f"{who.name}写下的原话" for who in rivals}
        forms = [(who, fields | {"version": before.version, "words": words[who.name]}) for who in rivals]
        first, second, page = raced(f"receptions/{key}/{verb}", forms)
        after = lobby.look(key)
        assert [step.kind for step in after.steps[len(before.steps) :]] == kinds, verb
        assert after.version == before.version + 1, verb
        assert first.name in page, verb
        assert verb == "owner" or words[second.name] in page, verb
    assert (after.state, after.owner.name) == ("closed", "孙雨薇")


@pytest.mark.rule("C1")
@pytest.mark.rule("D1")
@pytest.mark.rule("E1")
def test_a_sentence_sent_many_times_becomes_one_case(lobby: Lobby) -> None:
    lobby.front.post("receptions/new")
    for kind, case in (("complaint", Complaint), ("repair", Repair)):
        form = {**SAID, "who": f"{lobby.estate.unit}:{lobby.estate.wang}", "request_kind": kind, "key": str(uuid4())}

        def send(_: int, form: dict[str, Any] = form) -> str | None:
            return insist(lambda: lobby.front.post("receptions/new", form)).headers.get("Location")

        with ThreadPoolExecutor(4) as together:
            assert len(set(together.map(send, range(6)))) == 1, kind
        with lobby.estate.place.inside():
            counts = [db.session.scalar(select(func.count()).select_from(each)) for each in (case, Contact, Reception)]
            assert counts == [1, *[1 + (kind == "repair")] * 2], kind
            assert not db.session.scalar(select(func.count()).select_from(Step)), "the case has its own course"
