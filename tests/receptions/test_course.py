"""Register, handle, follow up, feed back, revisit: each step once, in its order, and late ones are told (C2, C3)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.events import timeline
from saas.policy.evidence import Evidence, Question, told
from saas.policy.loader import pack
from tenants.obligations.models import Reminder
from tenants.receptions import actions
from tenants.receptions.evidence import EVIDENCE
from tests.complaints.conftest import moment
from tests.receptions.conftest import Lobby

NINE = moment("2026-11-23 09:00")
MONTH = moment("2026-11-01 00:00"), moment("2026-12-01 00:00")


def evidence(lobby: Lobby, name: str, at: object = NINE) -> Evidence:
    rules = pack("property")
    clause = next(c for c in rules.clauses.values() if c.evidence == f"receptions.{name}")
    with clock.at(at), lobby.estate.place.inside():  # type: ignore[arg-type]
        return told(EVIDENCE[clause.evidence].query(Question(clause, rules, *MONTH)))


@pytest.mark.rule("C2")
@pytest.mark.rule("C3")
def test_the_whole_course(lobby: Lobby) -> None:
    key = lobby.received(NINE)
    assert lobby.look(key).due_at == NINE + timedelta(hours=2)
    assert lobby.look(key).owner.name == "林晓燕"  # the steward of the household
    assert evidence(lobby, "followed_up").open == 1
    assert evidence(lobby, "followed_up", NINE + timedelta(hours=3)).missed == 1
    steps = [
        ("expectation", {"expected_at": "2026-11-23T16:00", "channel": "phone"}, "open", moment("2026-11-23 16:00")),
        ("notes", {"words": "已联系儿子，下班后到"}, "open", moment("2026-11-23 16:00")),
        ("handling", {"words": "家人已到，门已打开"}, "handled", moment("2026-11-23 16:00")),
        ("feedback", {"channel": "phone"}, "fed_back", NINE + timedelta(days=3, minutes=40)),
        ("revisit", {"channel": "phone", "satisfaction": "5", "words": "很及时"}, "closed", None),
    ]
    for nth, (verb, fields, state, due) in enumerate(steps):
        at = NINE + timedelta(minutes=10 * (nth + 1))
        assert lobby.step(key, verb, at, **fields).status_code == 303, verb
        found = lobby.look(key)
        assert (found.state, found.due_at) == (state, due), verb
    page = lobby.front.get(f"receptions/{key}").text
    for words in ("告知预计时间", "已联系儿子", "家人已到", "反馈客户", "很及时", "非常满意", "已办结"):
        assert words in page
    with lobby.estate.place.inside():
        names = [e.name.partition(".")[2] for e in reversed(timeline(lobby.look(key)))]
    assert names == ["registered", "expected", "noted", "handled", "fed_back", "revisited"]
    assert (evidence(lobby, "followed_up").met, evidence(lobby, "expected_times").met) == (1, 1)


@pytest.mark.rule("C3")
def test_told_too_late_is_missed_and_more_than_the_hours_of_the_pack_must_be_escalated_first(lobby: Lobby) -> None:
    key, late = lobby.received(NINE), NINE + timedelta(hours=3)
    assert evidence(lobby, "expected_times").open == 1
    assert evidence(lobby, "expected_times", late).missed == 1
    tomorrow = {"expected_at": "2026-11-24T10:00", "channel": "phone"}
    refused = lobby.step(key, "expectation", late, **tomorrow)
    assert refused.status_code == 422
    assert "请先上报" in refused.text
    assert lobby.step(key, "escalation", late, role="service_supervisor", words="要调监控").status_code == 303
    assert lobby.step(key, "expectation", late, **tomorrow).status_code == 303
    assert evidence(lobby, "expected_times", late).missed == 1
    with lobby.estate.place.inside():
        reminders = db.session.scalars(select(Reminder)).all()
        assert [(r.staff_id, r.kind, "要调监控" in r.words) for r in reminders] == [
            (lobby.supervisor.id, "escalation", True)
        ]
    told_at_once = lobby.received(NINE, answer="8")
    assert lobby.look(told_at_once).due_at == NINE + timedelta(hours=8)
    assert evidence(lobby, "expected_times").met == 1


@pytest.mark.rule("C2")
def test_settled_at_once_needs_nothing_more_and_unsettled_begins_again(lobby: Lobby) -> None:
    settled = lobby.look(lobby.received(NINE, answer="settled"))
    assert (settled.state, [s.kind for s in settled.steps]) == ("closed", ["handled", "fed_back"])
    key = lobby.received(NINE)
    assert lobby.step(key, "handling", NINE, words="已处理", channel="phone").status_code == 303
    assert lobby.look(key).state == "fed_back"
    again = {"channel": "phone", "satisfaction": "2", "words": "又坏了", "unsettled": "y"}
    assert lobby.step(key, "revisit", NINE + timedelta(days=1), **again).status_code == 303
    assert (lobby.look(key).state, lobby.look(key).due_at) == ("open", NINE + timedelta(days=1, hours=2))
    assert lobby.step(key, "owner", NINE, to=str(lobby.front.id)).status_code == 303
    assert lobby.look(key).owner.name == "孙雨薇"


@pytest.mark.rule("C2")
def test_a_complaint_is_followed_up_by_its_case(lobby: Lobby) -> None:
    lobby.receive(NINE, request_kind="complaint")
    assert evidence(lobby, "followed_up").open == 1
    assert evidence(lobby, "expected_times") == Evidence()  # cases have clocks of their own


@pytest.mark.rule("C2")
def test_order_versions_rights_and_words(lobby: Lobby) -> None:
    key = lobby.received()
    assert lobby.step(key, "feedback", channel="phone").status_code == 409
    assert lobby.step(key, "revisit", channel="phone", satisfaction="5", words="好").status_code == 409
    stale = lobby.step(key, "notes", version=0, words="写了很久的一段")
    assert stale.status_code == 409
    assert "写了很久的一段" in stale.text
    assert "孙雨薇" in stale.text
    assert lobby.step(key, "owner", version=0, to="nobody").status_code == 409  # those to choose from may have changed
    for verb, fields, words in (
        ("handling", {"words": " "}, "请写明怎么处理的"), ("notes", {"words": "长" * 4001}, "最多 4000 个字"),
        ("expectation", {"expected_at": "昨天", "channel": "phone"}, "格式"),
        ("expectation", {"expected_at": "2020-01-01T00:00", "channel": "phone"}, "应在现在之后"),
        ("escalation", {"role": "steward", "words": "难"}, "请从列表里选择一项"),
        ("owner", {"to": "nobody"}, "请从列表里选择一项"),
    ):  # fmt: skip
        answer = lobby.step(key, verb, **fields)
        assert answer.status_code == 422, verb
        assert words in answer.text, verb
    technician = lobby.estate.place.staff("赵强", "division_leader")
    assert technician.get(f"receptions/{key}").status_code == 200
    assert "保存处理结果" not in technician.get(f"receptions/{key}").text
    assert lobby.step(key, "notes", by=technician, words="x").status_code == 403
    assert lobby.look(key).version == 1


@pytest.mark.rule("C2")
def test_what_is_overdue_stands_on_the_workbench_and_is_told_once(lobby: Lobby) -> None:
    key = lobby.received(NINE)
    late = NINE + timedelta(hours=3)
    with clock.at(late):
        page = lobby.estate.steward.get("").text
        assert "老人忘带钥匙" in page.split('id="late"')[1].split("</section>")[0]
        assert "老人忘带钥匙" in lobby.estate.steward.get("receptions?view=late").text
        assert "老人忘带钥匙" not in lobby.front.get("receptions?view=mine").text
        for _ in range(2):
            with lobby.estate.place.inside():
                actions.came_due(key, NINE + timedelta(hours=2))
                db.session.commit()
    with lobby.estate.place.inside():
        told_to = set(db.session.scalars(select(Reminder.staff_id)))
        assert told_to == {lobby.estate.steward.id, lobby.supervisor.id}
    assert lobby.step(key, "handling", late, words="开了", channel="phone").status_code == 303
    with clock.at(late), lobby.estate.place.inside():
        assert actions.came_due(key, NINE + timedelta(hours=2)) == []
