"""The box at the top: finds what the person may see, by everything a person would type."""

import re

import pytest

from saas.db import db
from tenants.complaints import actions as complaints
from tenants.customers import actions as customers
from tenants.repairs import actions as repairs
from tenants.repairs.actions import NewRepair
from tests.world import Person, World


@pytest.fixture
def steward(world: World) -> Person:
    person = world.project(world.company()).staff("林晓燕", "steward")
    with person.place.inside():
        unit = customers.register_unit(label="3-2-1502", by=person.actor)
        who = customers.register_customer(unit_id=unit.id, name="王晓梅", phones=("13812345521",), by=person.actor)
        new = complaints.NewComplaint(
            subject="电梯停运困人", body="电梯又停了", category="facilities", source="walk_in", channel="in_person",
            unit_id=unit.id, customer_id=who.id,
        )  # fmt: skip
        complaints.register(new, by=person.actor)
        db.session.commit()
    return person


@pytest.mark.parametrize("words", ["3-2-1502", "王晓", "wxm", "5521"])
def test_a_household_is_found(steward: Person, words: str) -> None:
    page = steward.get(f"search?q={words}").text
    assert "3-2-1502" in page
    assert "13812345521" not in page


@pytest.mark.rule("D1")
@pytest.mark.parametrize("words", ["电梯", "困人", "TS-", "3-2-1502"])
def test_a_complaint_is_found(steward: Person, words: str) -> None:
    assert "电梯停运困人" in steward.get(f"search?q={words}").text


@pytest.mark.rule("D1")
def test_how_many_there_are_is_told_not_how_many_are_shown(steward: Person) -> None:
    with steward.place.inside():
        for n in range(10):
            new = complaints.NewComplaint(
                subject=f"第 {n} 次跳闸", body="又跳闸了", category="facilities", source="walk_in", channel="in_person",
                reporter=f"王跳闸{n}",
            )  # fmt: skip
            complaints.register(new, by=steward.actor)
        db.session.commit()
    page = steward.get("search?q=跳闸").text
    assert page.count("次跳闸") == 8
    assert re.search(r"投诉</h2>\s*<[^>]*>10\b", page)


@pytest.mark.rule("E1")
def test_a_repair_is_found_by_the_tail_of_a_phone_too(steward: Person) -> None:
    with steward.place.inside():
        new = NewRepair("厨房龙头滴水", room="大堂", reporter="李四", phone="13900007777")
        repairs.order(new, by=steward.actor)
        db.session.commit()
    for words in ("7777", "滴水", "WX-"):
        assert "厨房龙头滴水" in steward.get(f"search?q={words}").text, words


@pytest.mark.parametrize("words", ["", "%", "_", "'; --", "<script>", "x" * 300, "%00"])
def test_foolish_words_find_nothing_and_break_nothing(steward: Person, words: str) -> None:
    answer = steward.get("search", query_string={"q": words})
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_roles_without_dossiers_see_none(steward: Person) -> None:
    lawyer = steward.place.staff("罗一鸣", "legal")
    page = lawyer.get("search?q=3-2-1502").text
    assert "客户档案" not in page.split("<main")[1]


def test_another_project_finds_nothing(steward: Person, world: World) -> None:
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    assert "电梯停运困人" not in other.get("search?q=电梯").text
    assert other.get(steward.at("search?q=电梯")).status_code == 404
