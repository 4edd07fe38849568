"""离职 and 停用, on the pages of the members: what stays behind is named before it is done."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, current_app
from sqlalchemy import select

from saas.companies import leaving, queries
from saas.companies.forms import Discharge
from saas.companies.pages.members import back, blueprint, leads, write
from saas.db import db
from saas.identity.access import allow, current_actor, current_visit, unswitched
from saas.identity.actor import Actor, Forbidden
from saas.identity.asking import counts
from saas.identity.models import User
from saas.policy.loader import pack
from saas.tenancy import Visit, enter
from saas.tenancy.models import Company, Tenant
from saas.tenancy.staff import present
from saas.web import once, page


@dataclass(frozen=True)
class Leaving:
    """One tenant that a person leaves: what stays behind there, and the roles that nobody else holds."""

    post: leaving.Post
    left: dict[str, int]
    vacant: list[str]


@blueprint.get("/<uuid:staff_id>/discharge")
@allow("company_admin")
def leave(staff_id: UUID) -> Any:
    """What happens when this person leaves the company, and the form that does it."""
    return show(current_visit(), staff_id, Discharge())


@blueprint.post("/<uuid:staff_id>/discharge")
@allow("company_admin")
@unswitched
@once
def discharge(staff_id: UUID) -> Any:
    """离职: every role in this company ends, every device is signed out."""
    visit, form = current_visit(), Discharge()

    def act(tenant: Tenant) -> str:
        left = {each.post.slug: each.left for each in left_behind(visit, staff_id)}
        leaving.discharge(company(tenant), staff_id, reason=form.reason.data, left=left, by=current_actor())
        name = db.session.get_one(User, staff_id).name
        total = sum(sum(counts.values()) for counts in left.values())
        return f"已办理{name}的离职" + (f"，还有 {total} 件事要交接" if total else "")

    return write(visit, form, act) or show(back(visit), staff_id, form, 422)


@blueprint.post("/<uuid:staff_id>/disabling")
@allow("company_admin")
@unswitched
@once
def disable(staff_id: UUID) -> Any:
    """停用: close the login for a while; the roles stay."""

    def act(tenant: Tenant) -> str:
        leaving.close_login(company(tenant), staff_id, by=current_actor())
        return f"{db.session.get_one(User, staff_id).name}的账号已停用，所有设备已退出登录；名单里选“已停用”可以恢复"

    return write(current_visit(), None, act)


@blueprint.post("/<uuid:staff_id>/enabling")
@allow("company_admin")
@unswitched
@once
def enable(staff_id: UUID) -> Any:
    """恢复: open it again."""

    def act(tenant: Tenant) -> str:
        leaving.open_login(company(tenant), staff_id, by=current_actor())
        return f"{db.session.get_one(User, staff_id).name}的账号已恢复，原有岗位照旧"

    return write(current_visit(), None, act)


def company(tenant: Tenant) -> Company:
    """The company of this tenant."""
    return db.session.scalars(select(Company).where(Company.id == tenant.company_id)).one()


def show(visit: Visit, staff_id: UUID, form: Discharge, status: int = 200) -> Any:
    """The page that says what happens. Raises Forbidden for whom it is not theirs to do."""
    if not leads(visit):
        raise Forbidden("离职由品质运营中心的公司管理员办理，您可以移出本项目的成员")
    if staff_id == visit.user_id:
        raise Forbidden("不能办理自己的离职，请由另一位公司管理员操作")
    person = queries.member(visit.tenant_id, staff_id) or abort(404)
    return page(
        "companies/discharge.html", status=status, form=form, person=person, leaves=left_behind(visit, staff_id),
        names=pack(visit.pack).roles,
    )  # fmt: skip


def left_behind(visit: Visit, user_id: UUID) -> list[Leaving]:
    """What the slices say of each tenant that the person leaves, each asked inside it by a short Session of its own."""
    found, asked = [], current_app.extensions["left_by"]
    for post in leaving.posts(visit.company, user_id):
        with current_app.app_context():
            enter(db.session(), post.schema)
            actor = Actor(user_id, "", post.roles, post.schema, visit.company, post.slug)
            said = zip(asked, counts(list(asked.values()), actor), strict=True)
            left = {words: count for words, count in said if count}
            others = {role for each in present() if each.id != user_id for role in each.roles}
        found.append(Leaving(post, left, sorted(post.roles - others)))
    return found
