"""离职 and 停用: what stays behind is named, what is kept, and who may do it."""

import re
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import select, text

from saas.companies import leaving, members
from saas.db import db
from saas.identity import actions as identity
from saas.identity.actor import Forbidden
from saas.problem import Problem
from saas.tenancy.models import Company, Tenant
from tests import furnished
from tests.identity.door import Stranger, give_password
from tests.world import OPERATOR, Person, Place, World

REASON = {"reason": "个人原因辞职，工作交给孙雨薇"}


@pytest.fixture
def office(world: World) -> Place:
    return world.company()


@pytest.fixture
def project(world: World, office: Place) -> Place:
    return world.project(office)


@pytest.fixture
def boss(office: Place, project: Place) -> Person:
    """The head office's administrator."""
    return office.staff("周敏", "company_admin")


@pytest.fixture
def person(project: Place) -> Person:
    return project.staff("林晓燕", "steward", "front_desk")


def at(place: Place, person: Person, verb: str = "") -> str:
    return f"/{place.company}/{place.slug}/members/{person.id}" + (f"/{verb}" if verb else "")


def roles(place: Place, person: Person) -> list[str]:
    """What the tenant's own staff row says; empty for who does not count."""
    with place.inside():
        found = db.session.scalar(
            text("SELECT roles FROM staff WHERE id = :id AND ended_at IS NULL"), {"id": person.id}
        )
        return list(found or [])


def company(slug: str = "xiangrui") -> Company:
    return db.session.scalars(select(Company).where(Company.slug == slug)).one()


def words(page: str) -> str:
    return re.sub(r"<[^>]+>|\s+", "", page)


@pytest.mark.rule("B11")
def test_what_stays_behind_is_named_before_it_is_done(world: World, admin: psycopg.Connection) -> None:
    town = furnished.settle(world)
    furnished.furnish(town)
    boss = town.office.staff("周敏", "company_admin")
    steward, manager = town.staff["steward"], town.staff["project_manager"]
    page = boss.get(f"/xiangrui/yunqi/members/{steward}/discharge").text
    for said in ("负责的户30", "经办中的投诉3", "跟进中的接待3", "其提交、还没批完的事项5", "云栖花园"):
        assert said in words(page), said
    assert re.search('data-label="走后没有人担任">.*管家', page)
    assert "未到期的委托1" in words(boss.get(f"/xiangrui/yunqi/members/{manager}/discharge").text)
    assert boss.post(f"/xiangrui/yunqi/members/{steward}/discharge", REASON).status_code == 303
    assert "还有 41 件事要交接" in boss.get("/xiangrui/yunqi/members/").text
    ((data,),) = admin.execute("SELECT data FROM platform.events WHERE name = 'member.discharged'").fetchall()
    left = {"负责的户": 30, "经办中的投诉": 3, "跟进中的接待": 3, "其提交、还没批完的事项": 5}
    assert data == {"company": "xiangrui", "places": ["yunqi"], "left": {"yunqi": left}} | REASON


def test_discharge_ends_everything_in_this_company_and_nothing_elsewhere(
    world: World, office: Place, project: Place, boss: Person, person: Person
) -> None:
    office.staff("林晓燕", "quality", email=person.email)
    rival = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号")
    there = rival.staff("林晓燕", "steward", email=person.email)
    assert there.get("delegations/").status_code == 200
    page = boss.get(at(project, person)).text
    assert "办理离职" in page
    page = words(boss.get(at(project, person, "discharge")).text)
    assert "品质运营中心" in page
    assert "滨江一号" not in page, "nothing is said of other companies"
    assert boss.post(at(project, person, "discharge"), REASON).status_code == 303
    assert roles(project, person) == roles(office, person) == []
    assert roles(rival, person) == ["steward"]
    assert there.get("delegations/").status_code == 302, "signed out everywhere"
    for show in ("", "?show=closed", "?show=all"):
        assert person.email not in boss.get(f"/xiangrui/yunqi/members/{show}").text
    again = boss.post(at(project, person, "discharge"), REASON)
    assert again.status_code in (404, 422)


def test_a_reason_is_asked_for_and_kept_while_it_is_wrong(project: Place, boss: Person, person: Person) -> None:
    for reason, says in (("", "请写明离职原因"), (" \n ", "请写明离职原因"), ("长" * 501, "最多 500 个字")):
        answer = boss.post(at(project, person, "discharge"), {"reason": reason})
        assert answer.status_code == 422, reason
        assert says in answer.text
        assert 'href="#reason"' in answer.text
        assert reason.strip() in answer.text
    assert roles(project, person) == ["front_desk", "steward"]


def test_nobody_discharges_themself(office: Place, project: Place, boss: Person) -> None:
    for place in (office, project):
        for verb in ("discharge", "disabling"):
            assert boss.post(at(place, boss, verb), REASON).status_code == 403
        assert boss.get(at(place, boss, "discharge")).status_code == 403
        assert "办理离职" not in boss.get(at(place, boss)).text
    assert boss.get("members/").status_code == 200


def test_only_the_head_offices_administrators(world: World, project: Place, boss: Person, person: Person) -> None:
    local = project.staff("陈志远", "company_admin")
    assert local.get(at(project, person)).status_code == 200
    assert "办理离职" not in local.get(at(project, person)).text
    for answer in (local.get(at(project, person, "discharge")), local.post(at(project, person, "discharge"), REASON),
                   local.post(at(project, person, "disabling"))):  # fmt: skip
        assert answer.status_code == 403
        assert "品质运营中心的公司管理员" in answer.text
    stranger = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    for verb in ("discharge", "disabling", "enabling"):
        answer = boss.post(at(project, stranger, verb), REASON)
        assert answer.status_code in (404, 422), verb
    assert stranger.get("delegations/").status_code == 200
    with world.app.app_context(), pytest.raises(Problem, match="已不在本公司"):
        leaving.discharge(company(), stranger.id, reason="x", by=boss.actor)


def test_the_last_administrator_stays(world: World, office: Place, boss: Person) -> None:
    with world.app.app_context():
        tenant = db.session.get_one(Tenant, office.tenant_id)
        for act in (
            lambda: leaving.discharge(company(), boss.id, reason="x", by=OPERATOR),
            lambda: leaving.close_login(company(), boss.id, by=OPERATOR),
            lambda: members.let_go(tenant, boss.id, by=OPERATOR),
            lambda: members.change_roles(tenant, boss.id, ["quality"], by=OPERATOR),
        ):
            with pytest.raises(Problem, match="最后一位公司管理员"):
                act()
            db.session.rollback()


def test_two_administrators_who_discharge_each_other_leave_one(world: World, office: Place, boss: Person) -> None:
    other = office.staff("钱文博", "company_admin")

    def attempt(by: Person, whom: Person) -> bool:
        with world.app.app_context():
            try:
                leaving.discharge(company(), whom.id, reason="x", by=by.actor)
            except (Problem, Forbidden):
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, (boss, other), (other, boss))) == [False, True]
    assert sum(bool(roles(office, each)) for each in (boss, other)) == 1


def test_closed_login_stays_on_the_list_and_is_opened_there(
    world: World, project: Place, boss: Person, person: Person
) -> None:
    give_password(person)
    assert person.get("delegations/").status_code == 200
    assert boss.post(at(project, person, "disabling")).status_code == 303
    assert person.get("delegations/").status_code == 302
    assert Stranger(world.app).sign_in(person).status_code == 422
    assert roles(project, person) == []
    base = "/xiangrui/yunqi/members/"
    assert person.email not in boss.get(base).text
    for show in ("closed", "all"):
        page = boss.get(f"{base}?show={show}").text
        assert person.email in page
        assert "已停用" in words(page)
        assert f'action="{base}{person.id}/enabling"' in page
        assert "管家" in page, "the roles are kept and shown"
    assert 'aria-current="true">已停用 1</a>' in boss.get(f"{base}?show=closed").text
    assert "恢复林晓燕的账号" in boss.get(at(project, person)).text
    for nonsense in ("x", "%00", "present&show=closed"):
        assert person.email not in boss.get(f"{base}?show={nonsense}").text
    assert boss.post(at(project, person, "enabling")).status_code == 303
    assert roles(project, person) == ["front_desk", "steward"]
    assert person.email in boss.get(base).text
    assert Stranger(world.app).sign_in(person).status_code == 303


def test_roles_of_a_closed_login_can_be_changed_and_ended(project: Place, boss: Person, person: Person) -> None:
    boss.post(at(project, person, "disabling"))
    assert boss.post(at(project, person, "roles"), {"roles": ["technician"]}).status_code == 303
    assert "维修工" in boss.get("/xiangrui/yunqi/members/?show=closed").text
    assert boss.post(at(project, person, "discharge"), REASON).status_code == 303
    assert person.email not in boss.get("/xiangrui/yunqi/members/?show=closed").text


def test_what_the_platform_closed_only_the_platform_opens(
    world: World, project: Place, boss: Person, person: Person
) -> None:
    with world.app.app_context():
        identity.disable(person.id, by=OPERATOR)
    page = boss.get("/xiangrui/yunqi/members/?show=closed").text
    assert "请联系平台运营恢复" in page
    assert "/enabling" not in page
    answer = boss.post(at(project, person, "enabling"))
    assert answer.status_code == 403
    assert "平台运营停用的" in answer.text
    assert roles(project, person) == []


def test_a_login_that_others_use_too_is_not_closed_from_here(
    world: World, project: Place, boss: Person, person: Person
) -> None:
    world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff(
        "林晓燕", "steward", email=person.email
    )
    answer = boss.post(at(project, person, "disabling"))
    assert answer.status_code == 403
    assert "联系平台运营" in answer.text
    assert "恒泰" not in answer.text
    assert person.get("delegations/").status_code == 200
