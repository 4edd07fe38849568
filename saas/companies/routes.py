"""Pages for the platform's operator, a company's head office, and the members of any tenant."""

from saas.companies.pages import leaving
from saas.companies.pages.members import blueprint as members
from saas.companies.pages.operator import blueprint as operator
from saas.companies.pages.projects import blueprint as projects
from saas.web.shell import NavItem, Slice

SLICES = (
    Slice(
        operator,
        (
            NavItem("管理", "物业公司", "building-2", "operator.companies", order=10, tab=True),
            NavItem("管理", "登录账号", "users-round", "operator.people", order=20),
        ),
    ),
    Slice(projects, (NavItem("品质运营中心", "项目", "building-2", "projects.index", order=70, head_office=True),)),
    Slice(members, (NavItem("管理", "成员", "users-round", "members.index", order=80, head_office=None),)),
)

__all__ = ["SLICES", "leaving"]
