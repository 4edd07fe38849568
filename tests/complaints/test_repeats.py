"""The same matter: suggested by likeness, linked by a person; merged, raised, undone (D5)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from saas import clock
from saas.db import db
from tenants.complaints import states
from tenants.complaints.alarms.models import Alarm
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.repeats.likeness import MANY, Print, said_by_most
from tests.complaints.conftest import Yard
from tests.complaints.test_course import CLOSED
from tests.complaints.test_evidence import ask, counts

WHY = {"reason": "同一部电梯同一件事"}


def number(yard: Yard, complaint: UUID) -> str:
    with yard.place.inside():
        return db.session.get_one(Complaint, complaint).number


def card(yard: Yard, complaint: UUID) -> tuple[str, str]:
    """(state, severity)."""
    with yard.place.inside():
        found = db.session.get_one(Complaint, complaint)
        return found.state, found.severity


def finish(yard: Yard, complaint: UUID) -> None:
    yard.accept(complaint)
    yard.solve(complaint)
    assert yard.post(yard.supervisor, complaint, "closure", **CLOSED).status_code == 303


@pytest.mark.rule("D5")
def test_likeness_by_pairs_of_characters() -> None:
    one = Print.of("B2组团云栖花园南门的凉亭成了停车场", "凉亭里每天有人停电动车，满地油污，请处理。")
    same = Print.of("云栖花园南门凉亭变成停车场", "小区凉亭每天有人停电动车，满地油污没人扫，请处理。")
    other = Print.of("云栖花园电梯停运", "三单元电梯停了两天，老人下不了楼。")
    assert one.percent(same) >= 60
    assert one.percent(other) < 25
    assert one.percent(one) == 100
    assert Print.of("", "").percent(Print.of("!!", "12 34")) == 0


@pytest.mark.rule("D5")
def test_what_one_names_in_the_subject_another_tells_in_the_text() -> None:
    """In words of their own; what most complaints say, such as the name of the estate, makes none of them alike."""
    one = Print.of("北门外工地夜间打桩扰民", "凌晨两点还在施工，噪音很大，没法休息，请物业管一管。")
    two = Print.of("夜间噪音扰民", "北门外工地凌晨打桩，噪音很大，孩子哭闹，家人没法休息。")
    assert one.percent(two) >= 35
    dry = Print.of("云栖花园二期快递柜占道", "云栖花园二期大堂的快递柜挡住轮椅坡道。")
    wet = Print.of("云栖花园二期地库漏水", "云栖花园二期地库三区顶板渗水，车被滴花。")
    assert dry.percent(wet) >= 35
    most = said_by_most(dry, [wet] * MANY)
    assert dry.without(most).percent(wet.without(most)) < 20
    assert said_by_most(dry, [wet] * (MANY - 1)) == frozenset(), "too few to say what most say"


@pytest.mark.rule("D5")
def test_what_is_alike_is_suggested_to_those_who_link(yard: Yard) -> None:
    ago = clock.now() - timedelta(days=3)
    first = yard.register(ago)
    elsewhere = yard.register(ago, unit_id=None, customer_id=None, reporter="李四", subject="电梯一周内三次停运")
    yard.register(ago, subject="楼上深夜拖动桌椅", body="每晚十一点以后。")
    yard.register(clock.now() - timedelta(days=200))
    again = yard.register(subject="电梯又停运困人", body="电梯又停运，一周内困人两次。")
    page = yard.supervisor.get(f"complaints/{again}").text
    assert "可能是同一事项" in page
    assert f"to={number(yard, first)}" in page
    assert "深夜" not in page
    assert page.count("verb=") == 0
    assert "可能是同一事项" not in yard.steward.get(f"complaints/{again}").text, "stewards do not link"
    typed = yard.steward.part("complaints/alike?subject=电梯一周内三次停运").text
    assert number(yard, elsewhere) in typed
    assert "深夜" not in typed
    assert "TS-" not in yard.steward.part("complaints/alike?subject=电梯").text, "too short to say anything"
    form = yard.supervisor.get(f"complaints/{again}/links?to={number(yard, first)}").text
    assert f'value="{number(yard, first)}"' in form


@pytest.mark.rule("D5")
def test_who_is_known_by_name_alone_is_the_same_person(yard: Yard) -> None:
    ago = clock.now() - timedelta(days=9)
    nobody: dict[str, Any] = {"unit_id": None, "customer_id": None}
    texts = ("西门道闸常年不落，外来车随便进", "物业不管西门"), ("西门外来车太多", "外来车进出没人登记，请物业派人值守")
    shares = Print.of(*texts[0]).percent(Print.of(*texts[1]))
    assert 18 <= shares < 35
    first = yard.register(ago, **nobody, reporter="UU77", subject=texts[0][0], body=texts[0][1])
    for reporter, anonymous, found in (("UU77", False, True), ("UU78", False, False), ("UU77", True, False)):
        again = yard.register(
            **nobody, reporter=reporter, anonymous=anonymous, subject=texts[1][0], body=texts[1][1],
            category="order",
        )  # fmt: skip
        page = yard.supervisor.get(f"complaints/{again}").text
        assert (f"to={number(yard, first)}" in page) is found, (reporter, anonymous)


@pytest.mark.rule("D5")
def test_a_duplicate_is_recorded_once_and_opened_again_by_unlinking(yard: Yard) -> None:
    first, twice = yard.register(), yard.register()
    link = {"number": number(yard, first), "kind": "duplicate", **WHY}
    assert yard.post(yard.steward, twice, "links", **link).status_code == 403
    for wrong in ({"number": "TS-1"}, {"number": number(yard, twice)}, {"kind": "x"}, {"reason": " "}):
        answer = yard.post(yard.supervisor, twice, "links", **{**link, **wrong})
        assert answer.status_code == 422
    assert yard.post(yard.supervisor, twice, "links", **{**link, "kind": "repeat"}).status_code == 422, "not answered"
    assert yard.post(yard.supervisor, twice, "links", **link).status_code == 303
    assert card(yard, twice) == (states.CLOSED, "general")
    with yard.place.inside():
        assert not [each for each in db.session.get_one(Complaint, twice).stages if each.running]
    assert f"并入 {number(yard, first)} 办理" in yard.steward.get(f"complaints/{twice}").text
    assert number(yard, twice) in yard.steward.get(f"complaints/{first}").text
    third = yard.register()
    beyond = yard.post(yard.supervisor, third, "links", **{**link, "number": number(yard, twice)})
    assert beyond.status_code == 422
    assert yard.post(yard.supervisor, twice, "reopening", reason="x").status_code == 409, "unlink instead"
    assert counts(ask(yard, "complaint-repeats", around=True)) == (1, 0, 0)
    assert yard.post(yard.supervisor, twice, "unlinking", reason="").status_code == 422
    assert yard.post(yard.supervisor, twice, "unlinking", reason="两部电梯").status_code == 303
    assert card(yard, twice)[0] == states.ACCEPTED
    with yard.place.inside():
        running = db.session.scalars(select(Stage).where(Stage.complaint_id == twice, Stage.dropped_at.is_(None))).all()
        assert {(each.stage, each.round) for each in running} == {
            (each, 2) for each in ("first_response", "contact", "solution", "closed")
        }  # fmt: skip
    assert yard.post(yard.supervisor, twice, "unlinking", reason="x").status_code == 409
    assert counts(ask(yard, "complaint-repeats", around=True)) == (0, 0, 0)


@pytest.mark.rule("D5")
def test_a_repeat_is_one_step_graver_and_may_raise_the_alarm(yard: Yard) -> None:
    first = yard.register()
    finish(yard, first)
    second, third = yard.register(), yard.register()
    yard.accept(second)
    assert yard.post(yard.steward, second, "solutions", text="方案").status_code == 303
    again = {"number": number(yard, first), "kind": "repeat", **WHY}
    assert yard.post(yard.supervisor, second, "links", **{**again, "kind": "duplicate"}).status_code == 422
    assert yard.post(yard.supervisor, second, "links", **again).status_code == 303
    assert card(yard, second)[1] == "important"
    assert yard.decide(yard.manager, second, 1).status_code == 409, "the approval is void: another role must see it"
    assert "一般改为重要" in yard.steward.get(f"complaints/{second}").text
    yard.solve_again(second)
    assert yard.post(yard.supervisor, third, "links", **{**again, "number": number(yard, second)}).status_code == 303
    assert card(yard, third)[1] == "major", "one step above both"
    with yard.place.inside():
        alarm = db.session.scalars(select(Alarm).where(Alarm.complaint_id == third)).one()
        assert (alarm.ground, alarm.lifted_at) == ("repeated", None)
    assert counts(ask(yard, "complaint-repeats", around=True)) == (2, 0, 0)
    assert yard.post(yard.supervisor, third, "unlinking", reason="另一件事").status_code == 303
    assert card(yard, third)[1] == "general"
    with yard.place.inside():
        assert db.session.scalars(select(Alarm.lifted_at).where(Alarm.complaint_id == third)).one() is not None


@pytest.mark.rule("D5")
def test_people_of_different_households_are_linked_and_handled_apart(yard: Yard) -> None:
    first, other = yard.register(), yard.register(unit_id=None, customer_id=None, reporter="李四")
    link = {"number": number(yard, first), "kind": "related", **WHY}
    assert yard.post(yard.supervisor, other, "links", **link).status_code == 303
    assert yard.post(yard.supervisor, other, "links", **link).status_code == 409
    assert card(yard, other) == (states.REGISTERED, "general")
    circle = yard.post(yard.supervisor, first, "links", **{**link, "number": number(yard, other)})
    assert circle.status_code == 422
