"""What the head office says of a project: fee basis, handover, published phones."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, select

from saas.companies.projects import ProjectFacts, describe_project
from saas.db import db
from saas.events import Event
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Profile
from tests.world import OPERATOR, Person, Place, World

PATH = "projects/yunqi/facts"
GOOD = {
    "fee_basis": "remuneration", "handed_over_on": "2024-06-30", "service_phone": "0571-8888 6666",
    "supervision_phone": "400-800-8888 转 1",
}  # fmt: skip


@pytest.fixture
def office(world: World) -> Place:
    return world.company()


@pytest.fixture
def project(world: World, office: Place) -> Place:
    return world.project(office)


@pytest.fixture
def boss(office: Place, project: Place) -> Person:
    return office.staff("钱文博", "company_admin")


def told(project: Place) -> list[dict[str, Any]]:
    """The events of the project about itself."""
    with project.inside():
        events = select(Event.data).where(Event.name == "project.described").order_by(Event.occurred_at)
        return list(db.session.scalars(events))


def profile(project: Place) -> Profile:
    with project.inside():
        found = db.session.get_one(Profile, True)
        db.session.expunge(found)
        return found


@pytest.mark.rule("A6", "I2")
def test_facts_are_written_where_the_project_and_the_head_office_read_them(project: Place, boss: Person) -> None:
    page = boss.get(PATH).text
    for said in ("财务核算中心审批", "年度预算和决算须公布", "须经公司批准", "包干制"):
        assert said in page
    assert "包干制" in boss.get("projects/").text
    made = boss.post(PATH, GOOD | {"version": "1"})
    assert (made.status_code, made.location) == (303, "/xiangrui/quality/projects/")
    listed = boss.get("projects/").text
    assert "酬金制" in listed
    assert "2024-06-30" in listed
    found = profile(project)
    assert (found.fee_basis, found.handed_over_on) == ("remuneration", date(2024, 6, 30))
    assert (found.service_phone, found.supervision_phone) == (GOOD["service_phone"], GOOD["supervision_phone"])
    assert told(project) == [
        {
            "changes": {
                "fee_basis": ["lump_sum", "remuneration"], "handed_over_on": [None, "2024-06-30"],
                "service_phone": ["", GOOD["service_phone"]], "supervision_phone": ["", GOOD["supervision_phone"]],
            }
        }
    ]  # fmt: skip
    again = boss.get(PATH).text
    assert 'value="0571-8888 6666"' in again
    assert "上次由钱文博修改" in again


def test_what_is_the_same_is_no_event(project: Place, boss: Person) -> None:
    for version in ("1", "2"):
        assert boss.post(PATH, GOOD | {"version": version}).status_code == 303
    assert len(told(project)) == 1
    assert profile(project).version == 2
    assert boss.post(PATH, GOOD | {"version": "2", "handed_over_on": "", "service_phone": ""}).status_code == 303
    assert told(project)[1]["changes"] == {
        "handed_over_on": ["2024-06-30", None], "service_phone": [GOOD["service_phone"], ""]
    }  # fmt: skip


def test_refused_forms_say_what_to_do_and_keep_what_was_typed(project: Place, boss: Person) -> None:
    for change, says in (
        ({"fee_basis": ""}, "包干制或酬金制"),
        ({"fee_basis": "free"}, "请从列表里选择一项"),
        ({"handed_over_on": "2024-02-30"}, "请按 2026-11-20 的格式填写日期"),
        ({"handed_over_on": "1979-12-31"}, "请检查交付日期"),
        ({"handed_over_on": "9999-12-31"}, "请检查交付日期"),
        ({"service_phone": "打前台"}, "请填写电话号码"),
        ({"service_phone": "12"}, "请填写电话号码"),
        ({"supervision_phone": "1" * 41}, "最多 40 个字"),
        ({"supervision_phone": "<script>"}, "请填写电话号码"),
    ):
        answer = boss.post(PATH, GOOD | {"version": "1"} | change)
        assert answer.status_code == 422, change
        assert says in answer.text, change
        assert ('value="0571-8888 6666"' in answer.text) == ("service_phone" not in change), change
    assert told(project) == []
    assert profile(project).version == 1


def test_who_was_slower_sees_who_was_first(project: Place, boss: Person) -> None:
    assert boss.post(PATH, GOOD | {"version": "1"}).status_code == 303
    late = boss.post(PATH, GOOD | {"version": "1", "service_phone": "95598"})
    assert late.status_code == 409
    assert "钱文博" in late.text
    assert 'value="95598"' in late.text
    assert boss.post(PATH, GOOD | {"version": "1", "service_phone": "95598"}).status_code == 409
    over = boss.post(PATH, GOOD | {"version": "1", "service_phone": "95598", "overwrite": "2"})
    assert over.status_code == 303
    assert profile(project).service_phone == "95598"


def test_of_two_at_once_one_is_told(project: Place) -> None:
    def attempt(phone: str) -> bool:
        with project.world.app.app_context():
            try:
                describe_project(project.schema, ProjectFacts(service_phone=phone), version=1, by=OPERATOR)
            except Conflict:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ("95598", "12345"))) == [False, True]
    assert len(told(project)) == 1


def test_the_action_refuses_what_the_form_would(project: Place, admin: psycopg.Connection) -> None:
    for facts in (ProjectFacts("free"), ProjectFacts(service_phone="x"), ProjectFacts(handed_over_on=date(1, 1, 1))):
        with project.world.app.app_context(), pytest.raises(Problem):
            describe_project(project.schema, facts, version=1, by=OPERATOR)
    for schema in ("t_99999", "nobody"):
        with project.world.app.app_context(), pytest.raises(LookupError):
            describe_project(schema, ProjectFacts(), version=1, by=OPERATOR)
    with pytest.raises(psycopg.errors.CheckViolation):
        admin.execute(f"UPDATE {project.schema}.profile SET fee_basis = 'free'")


def test_only_the_head_offices_administrator(world: World, office: Place, project: Place, boss: Person) -> None:
    rival = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号")
    for person, path, code in (
        (office.staff("何静", "quality"), PATH, 403),
        (project.staff("陈志远", "company_admin"), PATH, 404),
        (project.staff("林晓燕", "steward"), f"/xiangrui/quality/{PATH}", 404),
        (rival.staff("赵敏", "company_admin"), f"/xiangrui/quality/{PATH}", 404),
        (boss, "projects/binjiang/facts", 404),
        (boss, "projects/quality/facts", 404),
        (boss, "projects/nowhere/facts", 404),
    ):
        assert person.get(path).status_code == code, (person.name, path)
        assert person.post(path, GOOD | {"version": "1"}).status_code == code, (person.name, path)
    assert "修改资料" not in office.staff("何静", "quality").get("projects/").text
    assert told(project) == told(rival) == []


def test_the_list_asks_as_often_for_many_projects_as_for_one(world: World, office: Place, boss: Person) -> None:
    def statements() -> int:
        sent: list[str] = []
        with world.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note := lambda *a: sent.append(a[2]))
        boss.get("projects/")
        event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    boss.get("projects/")
    one = statements()
    for number in range(4):
        world.project(office, f"p{number}", f"项目{number}")
    assert statements() == one
