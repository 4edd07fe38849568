"""Projects of a company: created in a blink, by its own head office only."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import event, select

from saas.companies import actions
from saas.db import db
from saas.problem import Problem
from saas.tenancy.models import Company
from tests.world import OPERATOR, Place, World


@pytest.fixture
def office(world: World) -> Place:
    return world.company()


@pytest.mark.rule("A1")
def test_project_is_ready_at_once_with_the_company_roles_copied_in(office: Place) -> None:
    admin, leader = office.staff("周敏", "company_admin"), office.staff("王海峰", "division_leader", "quality")
    page = admin.get("projects/new")
    assert "网址标识" in page.text
    made = admin.post("projects/", {"name": "云栖花园", "slug": "yunqi"})
    assert (made.status_code, made.location) == (303, "/xiangrui/yunqi/members/")
    members = admin.client.get(made.location).text
    assert leader.name in members
    assert "分管领导" in members
    assert leader.client.get("/xiangrui/yunqi/delegations/").status_code == 200
    assert "云栖花园" in admin.get("projects/").text


@pytest.mark.rule("A4")
def test_head_office_sees_all_its_projects_and_no_other_company(world: World, office: Place) -> None:
    quality = office.staff("何静", "quality")
    world.project(office, "yunqi", "云栖花园")
    world.project(office, "feicui", "翡翠湾")
    rival = world.company("hengtai", "恒泰物业")
    world.project(rival, "binjiang", "滨江一号")
    page = quality.get("projects/").text
    assert "云栖花园" in page
    assert "翡翠湾" in page
    assert "滨江一号" not in page
    for path in ("/hengtai/quality/projects/", "/hengtai/binjiang/delegations/", "/hengtai/quality/members/"):
        assert quality.client.get(path).status_code == 404, path


@pytest.mark.rule("A4")
def test_quality_works_in_every_project_of_its_company(world: World, office: Place) -> None:
    early = world.project(office, "yunqi", "云栖花园")
    quality = office.staff("何静", "quality")
    late = world.project(office, "feicui", "翡翠湾")
    for place in (early, late):
        assert quality.client.get(f"/xiangrui/{place.slug}/delegations/").status_code == 200


def test_refused_forms_say_what_to_do_and_keep_what_was_typed(world: World, office: Place) -> None:
    admin = office.staff("周敏", "company_admin")
    world.project(office, "yunqi", "云栖花园")
    for fields, says in (
        ({"name": "", "slug": ""}, "请填写项目名称"),
        ({"name": "新项目", "slug": "yunqi"}, "已被本公司使用"),
        ({"name": "新项目", "slug": "quality"}, "已被本公司使用"),
        ({"name": "新项目", "slug": "大写"}, "小写字母"),
        ({"name": "新项目", "slug": "-x"}, "小写字母"),
        ({"name": "新项目", "slug": "yunqi\n"}, "已被本公司使用"),
        ({"name": "x" * 81, "slug": "new"}, "最多 80 个字"),
        ({"name": "\x00", "slug": "new"}, "请填写项目名称"),
    ):
        answer = admin.post("projects/", fields)
        assert answer.status_code == 422, fields
        assert says in answer.text, fields
        if fields["name"] == "新项目":
            assert 'value="新项目"' in answer.text


def test_only_a_company_admin_in_the_head_office_creates(world: World, office: Place) -> None:
    project = world.project(office)
    for person, path, code in (
        (office.staff("何静", "quality"), "projects/", 403),
        (project.staff("陈志远", "company_admin"), "projects/", 404),
        (project.staff("林晓燕", "steward"), "/xiangrui/quality/projects/", 404),
    ):
        assert person.post(path, {"name": "新项目", "slug": "new"}).status_code == code, person.name
        assert person.get(path + "new").status_code == code
    admin = office.staff("周敏", "company_admin")
    assert admin.client.post("/xiangrui/quality/projects/", data={"name": "新", "slug": "new"}).status_code == 400


def test_of_twenty_parallel_creations_with_one_slug_one_succeeds(
    world: World, office: Place, admin: psycopg.Connection
) -> None:
    def attempt(_: int) -> bool:
        with world.app.app_context():
            company = db.session.scalars(select(Company)).one()
            try:
                actions.create_project(company, "云栖花园", "yunqi", by=OPERATOR)
            except Problem:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(20))) == 1
    (count,) = admin.execute("SELECT count(*) FROM platform.tenants WHERE slug = 'yunqi'").fetchone() or (0,)
    assert count == 1


def test_creating_takes_few_statements_however_many_people_there_are(world: World, office: Place) -> None:
    def statements(slug: str) -> int:
        seen: list[str] = []
        with world.app.app_context():
            company = db.session.scalars(select(Company)).one()
            event.listen(db.engine, "before_cursor_execute", note := lambda *a: seen.append(a[2]))
            actions.create_project(company, "新项目", slug, by=OPERATOR)
            db.session.commit()
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    few = statements("one")
    for number in range(6):
        office.staff(f"职员{number}", "quality")
    assert statements("two") <= few + 2
    assert few <= 10


def test_without_spares_it_says_when_to_come_back(world: World, office: Place, admin: psycopg.Connection) -> None:
    person = office.staff("周敏", "company_admin")
    admin.execute("CREATE TABLE platform.hidden AS SELECT * FROM platform.tenants WHERE company_id IS NULL")
    admin.execute("DELETE FROM platform.tenants WHERE company_id IS NULL")
    try:
        answer = person.post("projects/", {"name": "新项目", "slug": "new"})
    finally:
        admin.execute("INSERT INTO platform.tenants OVERRIDING SYSTEM VALUE SELECT * FROM platform.hidden")
        admin.execute("DROP TABLE platform.hidden")
    assert answer.status_code == 422
    assert "一分钟后再试" in answer.text
