"""规程条款 on screen: each clause with its figures and counts, its records one click away."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import literal, select

from saas import clock
from saas.db import db
from saas.policy.evidence import MET, Question, Rows, Source
from saas.policy.loader import VARIABLE, pack
from saas.policy.pack import Target
from tenants.clauses import queries
from tenants.complaints import actions as complaints
from tests.architecture.test_statements import counting
from tests.policy.small import version
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


@pytest.mark.rule("R1")
def test_clauses_are_grouped_by_chapter_and_say_what_is_not_at_work(manager: Person) -> None:
    page, rules = manager.get("clauses").text, pack("property")
    places = [page.index(f">{label}</h2>") for label in rules.chapters.values()]
    assert places == sorted(places)
    known = manager.place.world.app.extensions["evidence"]
    on = [clause for clause in rules.clauses.values() if clause.evidence in known]
    assert f"共 {len(rules.clauses)} 条，已启用 {len(on)} 条" in page
    assert page.count("未启用") == len(rules.clauses) - len(on)
    off = manager.get("clauses/manager-visits").text
    assert "未启用" in off
    assert "这一条还没有启用" in off
    assert "已做到" not in off


@pytest.mark.rule("R3")
def test_the_page_says_which_version_is_in_force_and_who_approved_it(manager: Person) -> None:
    page = manager.get("clauses").text
    assert "物业客户沟通管理规程 1.0 版，2026-01-01 起执行" in page
    assert "总经理 2025-12-20 批准" in page


def test_what_is_not_at_work_asks_the_database_nothing(manager: Person) -> None:
    world, rules = manager.place.world, pack("property")
    on = [clause for clause in rules.clauses.values() if clause.evidence in world.app.extensions["evidence"]]
    manager.get("clauses/manager-visits")  # signed in
    with counting(world) as all_:
        manager.get("clauses")
    with counting(world) as one:
        manager.get("clauses/complaint-register")
    with counting(world) as none:
        manager.get("clauses/manager-visits")
    assert len(one) == len(none) + 1
    assert len(all_) <= len(none) + len(on) + 1, "one each; the callback shares look at their severities first"


@pytest.mark.rule("R3")
def test_a_running_period_is_judged_by_the_version_of_its_first_day(
    manager: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    version(tmp_path, "1.0", "2026-01-01")
    changed = ("target = { count = 3", "target = { count = 5"), ('id = "sms-approval"', 'id = "text-approval"')
    version(tmp_path, "2.0", "2026-11-15", *changed)
    asked: list[Question] = []

    def query(question: Question) -> Rows:
        asked.append(question)
        return Rows(select(literal("1").label("id"), literal("x").label("label"), literal(clock.now()).label("at"),
                           literal(MET).label("verdict")), "clauses.index")  # fmt: skip

    known = {"visits.manager": Source(query, ()), "releases.decided": Source(query, ())}
    for day, target in (("2026-11-20", 3), ("2026-12-01", 5)):
        with clock.at(datetime.fromisoformat(day).replace(tzinfo=clock.CN)), manager.place.inside():
            rules = pack("property")
            found = queries.shown(rules.clauses["manager-visits"], rules, known)
            fresh = queries.shown(rules.clauses["text-approval"], rules, known)
        assert rules.version == "2.0"
        assert found.evidence is not None
        assert found.evidence.met == 1
        judged = next(each for each in reversed(asked) if each.clause.id == "manager-visits")
        assert judged.clause.target == Target(count=target, unit="户")
        assert judged.pack.clauses["manager-visits"] is judged.clause
        assert fresh.evidence is not None
        assert fresh.evidence.met == (day == "2026-12-01"), "a clause binds from the first period after it came"


@pytest.mark.parametrize("name", ["nonsense", "%00", "x" * 300])
def test_an_unknown_clause_is_not_found(manager: Person, name: str) -> None:
    assert manager.get(f"clauses/{name}").status_code == 404


def test_who_only_does_the_work_is_refused(manager: Person) -> None:
    technician = manager.place.staff("赵强", "technician")
    assert technician.get("clauses").status_code == 403
    assert "规程条款" not in technician.get("").text
