"""规程条款 on screen: each clause with its figures and counts, its records one click away."""

from datetime import timedelta

import pytest

from saas import clock
from saas.db import db
from saas.policy.loader import pack
from tenants.complaints import actions as complaints
from tests.world import Person, World


@pytest.fixture
def manager(world: World) -> Person:
    place = world.project(world.company())
    steward, manager = place.staff("林晓燕", "steward"), place.staff("陈志远", "project_manager")
    first = clock.local(clock.now()).replace(day=1, hour=0, minute=0)
    with clock.at(max(first, clock.now() - timedelta(hours=5))), place.inside():
        new = complaints.NewComplaint(
            subject="电梯停运困人", body="电梯又停了", category="facilities", source="walk_in", channel="in_person",
            reporter="王晓梅", phone="13812345521",
        )  # fmt: skip
        complaints.register(new, by=steward.actor)
        db.session.commit()
    return manager


@pytest.mark.rule("R1")
def test_every_clause_is_listed_with_its_figures(manager: Person) -> None:
    page = manager.get("clauses").text
    for clause in pack("property").clauses.values():
        assert clause.title in page
        assert clause.source in page
    assert "项目经理 → 分管领导" in page
    assert "一般 50%、重要 100%、重大 100%" in page


@pytest.mark.rule("R1")
def test_a_clause_leads_to_its_records(manager: Person) -> None:
    page = manager.get("clauses/complaint-register").text
    assert "已做到 1，未做到 0，进行中 0" in page
    assert "电梯停运困人" in page
    assert "/complaints/" in page


def test_a_clause_without_records_says_so(manager: Person) -> None:
    assert "本期还没有记录" in manager.get("clauses/notice-approval").text


@pytest.mark.parametrize("name", ["nonsense", "%00", "x" * 300])
def test_an_unknown_clause_is_not_found(manager: Person, name: str) -> None:
    assert manager.get(f"clauses/{name}").status_code == 404


def test_who_only_does_the_work_is_refused(manager: Person) -> None:
    technician = manager.place.staff("赵强", "technician")
    assert technician.get("clauses").status_code == 403
    assert "规程条款" not in technician.get("").text
