"""平台运营: companies and logins; nobody else finds these pages."""

from uuid import uuid4

import psycopg
import pytest

from saas.approvals import actions as approvals
from saas.approvals.deciders import NobodyCanDecide
from saas.companies import members
from saas.db import db
from saas.identity.models import User
from saas.policy.loader import pack
from saas.tenancy.models import Tenant
from saas.tenancy.staff import Staff
from tests.world import OPERATOR, Person, Place, World

FORM = {"name": "恒泰物业", "slug": "hengtai", "admin_name": "赵敏", "admin_email": "zhao@example.com"}


@pytest.fixture
def person(world: World) -> Person:
    return world.project(world.company()).staff("林晓燕", "steward", "company_admin")


@pytest.fixture
def boss(world: World, person: Person) -> Person:
    someone = person.place.staff("钱多", "steward")
    with world.app.app_context():
        db.session.get_one(User, someone.id).operator = True
        db.session.commit()
    return someone


@pytest.mark.rule("A1")
def test_company_comes_with_head_office_and_an_invited_admin(boss: Person, admin: psycopg.Connection) -> None:
    assert boss.get("/operator/companies/new").status_code == 200
    made = boss.post("/operator/companies", FORM)
    assert (made.status_code, made.location) == (303, "/operator/companies")
    assert "恒泰物业" in boss.get("/operator/companies").text
    row = admin.execute(
        "SELECT t.kind, t.slug, m.roles, t.schema_name FROM platform.tenants t"
        " JOIN platform.memberships m ON m.tenant_id = t.id"
        " JOIN platform.users u ON u.id = m.user_id WHERE u.email = 'zhao@example.com'"
    ).fetchone()
    assert row is not None
    assert row[:3] == ("head_office", "quality", ["company_admin"])
    assert admin.execute(f"SELECT name, roles FROM {row[3]}.staff").fetchall() == [("赵敏", ["company_admin"])]
    assert admin.execute("SELECT count(*) FROM platform.outbox WHERE job = 'identity.invite'").fetchone() == (3,)


def test_refused_forms_say_what_to_do_and_write_nothing(boss: Person, admin: psycopg.Connection) -> None:
    for change, says in (
        ({"name": ""}, "请填写公司名称"),
        ({"slug": "xiangrui"}, "已被使用"),
        ({"slug": "operator"}, "已被使用"),
        ({"slug": "大"}, "小写字母"),
        ({"admin_email": "nobody"}, "完整的邮箱地址"),
        ({"admin_name": ""}, "请填写公司管理员姓名"),
        ({"name": "长" * 81, "admin_name": "长" * 41}, "公司名称最多 80 个字"),
    ):
        answer = boss.post("/operator/companies", FORM | change)
        assert answer.status_code == 422, change
        assert says in answer.text, change
        kept = [value for name, value in (FORM | change).items() if value]
        assert all(f'value="{value}"' in answer.text for value in kept), change
    all_wrong = boss.post("/operator/companies", {"name": "", "slug": "大", "admin_name": "", "admin_email": "x"}).text
    assert "有 4 处需要修改" in all_wrong, "everything is told at once"
    assert admin.execute("SELECT count(*) FROM platform.companies").fetchone() == (1,)
    assert boss.client.post("/operator/companies", data=FORM).status_code == 400


def test_nobody_else_finds_these_pages(person: Person) -> None:
    for path in ("/operator/companies", "/operator/companies/new", "/operator/people"):
        assert person.get(path).status_code == 404, path
    assert person.post("/operator/companies", FORM).status_code == 404
    for act in ("disabling", "enabling"):
        assert person.post(f"/operator/people/{person.id}/{act}").status_code == 404
    assert person.world.app.test_client().get("/operator/companies").status_code == 302


def test_lists_are_searched_and_answer_fragments(boss: Person) -> None:
    boss.post("/operator/companies", FORM)
    part = boss.part("/operator/companies?q=恒泰").text
    assert part.lstrip().startswith('<div id="results"')
    assert "祥瑞物业" not in part
    found = boss.part("/operator/people?q=林晓").text
    assert "祥瑞物业" in found
    assert "未接受邀请" in found
    for path in ("/operator/companies", "/operator/people"):
        for words in ("%", "\x00", "' OR 1=1 --", "_", "x" * 3000):
            assert boss.get(path, query_string={"q": words, "page": "-1"}).status_code == 200


def test_disabling_signs_out_at_once_and_can_be_taken_back(boss: Person, person: Person) -> None:
    assert boss.post(f"/operator/people/{person.id}/disabling").status_code == 303
    assert person.get("delegations/").status_code == 302
    assert "已停用" in boss.get("/operator/people?q=林晓燕").text
    assert boss.post(f"/operator/people/{person.id}/enabling").status_code == 303
    assert boss.post(f"/operator/people/{boss.id}/disabling").status_code == 403
    assert boss.post("/operator/people/00000000-0000-0000-0000-000000000000/disabling").status_code == 404


def test_operator_sees_no_tenant_from_here(boss: Person, world: World) -> None:
    world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号")
    assert boss.client.get("/hengtai/binjiang/delegations/").status_code == 404


@pytest.mark.rule("A3")
def test_who_is_disabled_holds_no_role_for_anybody_until_enabled(boss: Person, world: World) -> None:
    office = world.company("hengtai", "恒泰物业")
    yunqi = world.project(office)
    author = yunqi.staff("林晓燕", "steward")
    yunqi.staff("陈志远", "project_manager")
    leader = office.staff("王海峰", "division_leader")
    binjiang = world.project(office, "binjiang", "滨江一号")
    chain = pack("property").chains["reply_letter"]

    def ask() -> None:
        with yunqi.inside():
            approvals.submit(
                kind="reply_letter", subject_type="releases", subject_id=uuid4(), title="答复", version=1,
                content_hash="x", steps=chain.steps_for(), pack=pack("property"), by=author.actor,
            )  # fmt: skip
            db.session.rollback()

    ask()
    for _ in range(2):
        assert boss.post(f"/operator/people/{leader.id}/disabling").status_code == 303
        with pytest.raises(NobodyCanDecide, match="分管领导"):
            ask()
        for place in (office, yunqi, binjiang):
            assert standing(place, leader) is False
    with world.app.app_context():  # roles given meanwhile count from the day on which the login is open again
        members.change_roles(
            db.session.get_one(Tenant, office.tenant_id), leader.id, ["division_leader", "finance"], by=OPERATOR
        )
        db.session.commit()
    assert [standing(place, leader) for place in (office, yunqi)] == [False, False]
    for _ in range(2):
        assert boss.post(f"/operator/people/{leader.id}/enabling").status_code == 303
        ask()
        for place in (office, yunqi, binjiang):
            assert standing(place, leader) is True


def standing(place: Place, person: Person) -> bool:
    """Whether the tenant counts this person among its staff."""
    with place.inside():
        return db.session.get_one(Staff, person.id).ended_at is None
