"""Members: taken in, given other roles, let go; company roles reach every project."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from saas.companies import members
from saas.db import db
from saas.identity.loader import COOKIE
from saas.tenancy.models import Tenant
from tests.identity.door import give_password
from tests.world import Person, Place, World

VERBS = ("roles", "departure", "invitation", "discharge", "disabling", "enabling")


@pytest.fixture
def office(world: World) -> Place:
    return world.company()


@pytest.fixture
def project(world: World, office: Place) -> Place:
    return world.project(office)


@pytest.fixture
def admin_person(office: Place, project: Place) -> Person:
    """The company's admin; the role was spread to the project."""
    return office.staff("周敏", "company_admin")


def roles(place: Place, person: Person) -> list[str]:
    """What the tenant's own staff row says; empty for who was let go."""
    with place.inside():
        found = db.session.scalar(
            text("SELECT roles FROM staff WHERE id = :id AND ended_at IS NULL"), {"id": person.id}
        )
        return list(found or [])


def test_somebody_new_is_invited_by_mail_and_listed(
    project: Place, admin_person: Person, admin: psycopg.Connection
) -> None:
    path = f"/xiangrui/{project.slug}/members/"
    assert "前台" in admin_person.get(path + "new").text
    fields = {"name": "赵敏", "email": "Zhao@Example.com", "roles": ["steward", "front_desk"]}
    assert admin_person.post(path, fields).location == path
    page = admin_person.get(path).text
    assert "zhao@example.com" in page
    assert "管家" in page
    jobs = admin.execute("SELECT tenant, args FROM platform.outbox WHERE job = 'identity.invite'").fetchall()
    (user,) = admin.execute("SELECT id FROM platform.users WHERE email = 'zhao@example.com'").fetchone() or (None,)
    assert ("app", [str(user)]) in jobs


def test_one_address_is_one_person_whatever_is_typed(project: Place, admin_person: Person) -> None:
    path = f"/xiangrui/{project.slug}/members/"
    for email in ("zhao@example.com", " ZHAO@example.com "):
        assert admin_person.post(path, {"name": "赵敏", "email": email, "roles": ["steward"]}).status_code == 303
    assert admin_person.get(path).text.count("zhao@example.com") == 1


def test_refused_forms_say_what_to_do_and_keep_what_was_typed(project: Place, admin_person: Person) -> None:
    path = f"/xiangrui/{project.slug}/members/"
    good = {"name": "赵敏", "email": "zhao@example.com", "roles": ["steward"]}
    for change, says in (
        ({"name": ""}, "请填写姓名"),
        ({"name": "\x00"}, "请填写姓名"),
        ({"name": "赵" * 41}, "最多 40 个字"),
        ({"email": "zhao"}, "完整的邮箱地址"),
        ({"email": "a@b.cn, c@d.cn"}, "完整的邮箱地址"),
        ({"email": "\x00@example.com"}, "完整的邮箱地址"),
        ({"roles": []}, "请至少选择一个岗位"),
        ({"roles": ["emperor"]}, "请"),
        ({"roles": ["customer"]}, "请"),
        ({"roles": ["platform_operator"]}, "请"),
    ):
        answer = admin_person.post(path, good | change)
        assert answer.status_code == 422, change
        assert says in answer.text, change
    assert "赵敏" not in admin_person.get(path).text
    all_wrong = admin_person.post(path, {"name": "", "email": "zhao", "roles": []}).text
    found = [all_wrong.index(words) for words in ("请填写姓名", "请填写完整的邮箱地址", "请至少选择一个岗位")]
    assert found == sorted(found), "in the order of the page"
    again = admin_person.post(path, good | {"email": "zhao"}).text
    assert 'value="赵敏"' in again
    assert "checked" in again


def test_head_office_gives_company_roles_only(office: Place, admin_person: Person) -> None:
    page = admin_person.get("members/new").text
    assert "分管领导" in page
    assert 'value="steward"' not in page
    answer = admin_person.post("members/", {"name": "赵敏", "email": "z@example.com", "roles": ["steward"]})
    assert answer.status_code == 422


def test_roles_change_for_the_next_request(project: Place, admin_person: Person) -> None:
    person = project.staff("陈志远", "steward")
    path = f"/xiangrui/{project.slug}/members/{person.id}"
    assert person.get("members/").status_code == 403
    assert 'value="steward" id="roles-0" checked' in admin_person.get(path).text
    assert admin_person.post(f"{path}/roles", {"roles": ["project_manager"]}).status_code == 303
    assert person.get("members/").status_code == 200
    assert roles(project, person) == ["project_manager"]
    assert admin_person.post(f"{path}/roles", {"roles": []}).status_code == 422
    assert admin_person.post(f"{path}/roles", {"roles": ["emperor"]}).status_code == 422
    assert roles(project, person) == ["project_manager"]


def test_ones_own_admin_role_stays(office: Place, project: Place, admin_person: Person) -> None:
    for place in ("quality", project.slug):
        path = f"/xiangrui/{place}/members/{admin_person.id}"
        assert admin_person.post(f"{path}/roles", {"roles": ["quality"]}).status_code == 403
        assert admin_person.post(f"{path}/departure").status_code == 403
    assert (
        admin_person.post(f"members/{admin_person.id}/roles", {"roles": ["company_admin", "quality"]}).status_code
        == 303
    )
    assert roles(project, admin_person) == ["company_admin", "quality"]


def test_who_is_let_go_finds_nothing_from_the_next_request_on(project: Place, admin_person: Person) -> None:
    person = project.staff("林晓燕", "steward")
    assert person.get("delegations/").status_code == 200
    assert admin_person.post(f"/xiangrui/{project.slug}/members/{person.id}/departure").status_code == 303
    assert person.get("delegations/").status_code == 404
    assert person.get("/projects").status_code == 200, "the login itself lives on"
    assert admin_person.get(f"/xiangrui/{project.slug}/members/{person.id}").status_code == 404
    again = admin_person.post(f"/xiangrui/{project.slug}/members/{person.id}/departure")
    assert again.status_code == 422
    assert "已不在" in again.text


@pytest.mark.rule("A2")
def test_company_role_given_later_reaches_projects_that_exist(world: World, office: Place, project: Place) -> None:
    other = world.project(office, "feicui", "翡翠湾")
    person = office.staff("王海峰", "division_leader")
    assert roles(project, person) == roles(other, person) == ["division_leader"]
    assert person.client.get("/xiangrui/yunqi/delegations/").status_code == 200


@pytest.mark.rule("A2")
def test_company_role_taken_away_leaves_what_a_project_gave(
    office: Place, project: Place, admin_person: Person
) -> None:
    person = office.staff("王海峰", "division_leader", "quality")
    project.staff("王海峰", "project_manager", email=person.email)
    assert set(roles(project, person)) == {"division_leader", "project_manager", "quality"}
    assert admin_person.post(f"members/{person.id}/roles", {"roles": ["quality"]}).status_code == 303
    assert set(roles(project, person)) == {"project_manager", "quality"}
    assert admin_person.post(f"members/{person.id}/departure").status_code == 303
    assert roles(project, person) == ["project_manager"]
    assert person.client.get("/xiangrui/quality/delegations/").status_code == 404
    assert person.client.get("/xiangrui/yunqi/delegations/").status_code == 200


def test_spreading_that_broke_off_is_completed_by_asking_again(
    world: World, office: Place, project: Place, admin: psycopg.Connection
) -> None:
    other = world.project(office, "feicui", "翡翠湾")
    person = office.staff("王海峰", "division_leader")
    admin.execute(f"UPDATE {other.schema}.staff SET roles = '{{steward}}'")
    admin.execute("UPDATE platform.memberships SET roles = '{steward}' WHERE tenant_id = %s", [other.tenant_id])
    for _ in range(2):
        with world.app.app_context():
            tenant = db.session.get_one(Tenant, office.tenant_id)
            members.change_roles(tenant, person.id, ["division_leader"], by=person.actor)
            db.session.commit()
        assert set(roles(other, person)) == {"division_leader", "steward"}
        assert roles(project, person) == ["division_leader"]


def test_invitation_is_sent_again_only_to_who_needs_one(
    project: Place, admin_person: Person, admin: psycopg.Connection
) -> None:
    person = project.staff("赵敏", "steward")
    path = f"/xiangrui/{project.slug}/members/{person.id}/invitation"
    count = "SELECT count(*) FROM platform.outbox WHERE args = ARRAY[%s]"
    assert admin_person.post(path).status_code == 303
    assert admin.execute(count, [str(person.id)]).fetchone() == (2,)
    give_password(person)
    assert admin_person.post(path).status_code == 422
    assert admin.execute(count, [str(person.id)]).fetchone() == (2,)


def test_others_see_no_more_than_their_role_allows(world: World, project: Place, admin_person: Person) -> None:
    steward, manager = project.staff("林晓燕", "steward"), project.staff("陈志远", "project_manager")
    stranger = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff(
        "赵敏", "company_admin"
    )
    base, one = f"/xiangrui/{project.slug}/members/", f"/xiangrui/{project.slug}/members/{steward.id}"
    assert [p.get(base).status_code for p in (steward, manager, stranger)] == [403, 200, 404]
    assert "邀请成员" not in manager.get(base).text
    for path in (base + "new", one, f"{one}/discharge"):
        assert [p.get(path).status_code for p in (steward, manager, stranger)] == [403, 403, 404]
    for path in (base, *(f"{one}/{verb}" for verb in VERBS)):
        fields = {"name": "x", "email": "x@example.com", "roles": ["company_admin"]}
        assert [p.post(path, fields).status_code for p in (steward, manager, stranger)] == [403, 403, 404]
        assert admin_person.client.post(path, data=fields).status_code == 400, "no CSRF token"
    assert roles(project, steward) == ["steward"]


def test_members_of_another_tenant_cannot_be_touched_from_here(
    world: World, project: Place, admin_person: Person
) -> None:
    rival = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号")
    person = rival.staff("赵敏", "steward")
    base = f"/xiangrui/{project.slug}/members/{person.id}"
    assert admin_person.get(base).status_code == 404
    assert admin_person.post(f"{base}/roles", {"roles": ["steward"]}).status_code in (404, 422)
    assert admin_person.post(f"{base}/departure").status_code == 422
    assert admin_person.post(f"{base}/invitation").status_code == 422
    assert admin_person.post(f"/xiangrui/{project.slug}/members/{uuid4()}/departure").status_code == 422
    assert roles(rival, person) == ["steward"]


def test_a_form_that_comes_again_acts_once(project: Place, admin_person: Person, admin: psycopg.Connection) -> None:
    path, key = f"/xiangrui/{project.slug}/members/", {"key": str(uuid4())}

    def invited() -> int:
        return len(admin.execute("SELECT 1 FROM platform.outbox WHERE job = 'identity.invite'").fetchall())

    before = invited()
    fields = {"name": "赵敏", "email": "zhao@example.com", "roles": ["steward"]}
    for _ in range(2):
        assert admin_person.post(path, fields | key).status_code == 303
    assert invited() == before + 1
    assert "没有重复处理" in admin_person.get(path).text
    (user,) = admin.execute("SELECT id FROM platform.users WHERE email = 'zhao@example.com'").fetchone() or (None,)
    key = {"key": str(uuid4())}
    for _ in range(2):
        assert admin_person.post(f"{path}{user}/invitation", key).status_code == 303
    assert invited() == before + 2
    key = {"key": str(uuid4())}
    for _ in range(2):
        assert admin_person.post(f"{path}{user}/departure", key).status_code == 303
    assert admin_person.post(f"{path}{user}/departure", {"key": "none"}).status_code == 400
    refused = {"key": str(uuid4())}  # a form that was refused keeps its key free
    assert admin_person.post(path, fields | refused | {"roles": []}).status_code == 422
    assert admin_person.post(path, fields | refused).status_code == 303
    assert invited() == before + 3


def test_two_clicks_at_the_same_moment_are_one(project: Place, admin_person: Person, admin: psycopg.Connection) -> None:
    person = project.staff("赵敏", "steward")
    admin_person.post("/xiangrui/yunqi/members/", {})  # fetches the CSRF token
    path, key = f"/xiangrui/{project.slug}/members/{person.id}/invitation", {"key": str(uuid4())}
    before = admin.execute("SELECT count(*) FROM platform.outbox").fetchone() or (0,)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: again(admin_person, path, key), range(4)))
    assert answers == [303] * 4
    assert admin.execute("SELECT count(*) FROM platform.outbox").fetchone() == (before[0] + 1,)


def again(person: Person, path: str, fields: dict[str, str]) -> int:
    """Send a form from a browser of its own with the same session."""
    browser = person.world.app.test_client()
    for each in ("session", COOKIE):
        cookie = person.client.get_cookie(each)
        assert cookie
        browser.set_cookie(each, cookie.value)
    return browser.post(path, data={"csrf_token": person.csrf, **fields}).status_code
