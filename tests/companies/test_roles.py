"""Which roles are offered where, and what is said of each."""

import pytest

from saas.companies.roles import COMPANY_ROLES, assignable
from saas.policy.loader import pack
from tests.world import World


@pytest.mark.rule("A2")
@pytest.mark.parametrize("role", COMPANY_ROLES)
def test_company_role_holds_in_projects_that_are_there_and_in_those_to_come(world: World, role: str) -> None:
    office = world.company()
    early = world.project(office)
    person = office.staff("许明霞", role)
    late = world.project(office, "feicui", "翡翠湾")
    for place in (early, late):
        assert person.client.get(f"/xiangrui/{place.slug}/delegations/").status_code == 200
    name = pack("property").roles[role]
    assert name in office.staff("周敏", "company_admin").get(f"members/{person.id}").text


def test_every_role_that_is_offered_says_what_it_may_do() -> None:
    for kind in ("head_office", "project"):
        groups = assignable("property", kind)
        assert [code for _, group in groups for code, _, does in group if not does] == []
    company = [code for code, _, _ in assignable("property", "head_office")[0][1]]
    assert set(company) == set(COMPANY_ROLES)
    (_, local), (_, too) = assignable("property", "project")
    assert not {code for code, _, _ in local} & set(COMPANY_ROLES)
    assert too == assignable("property", "head_office")[0][1]


def test_lines_are_tied_to_their_boxes(world: World) -> None:
    office = world.company()
    project, admin = world.project(office), office.staff("周敏", "company_admin")
    page = admin.get(f"/xiangrui/{project.slug}/members/new").text
    assert (
        page.index("项目岗位") < page.index('value="steward"') < page.index("公司岗位") < page.index('value="finance"')
    )
    assert 'aria-describedby="does-finance"' in page
    assert 'id="does-finance">审批酬金制项目服务报告的财务部分' in page
