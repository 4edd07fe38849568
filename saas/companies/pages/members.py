"""Members of a tenant, head office or project: list, take in, change roles, let go.

Lists are read inside the tenant. Writing views run unswitched: platform rows first, then the tenant is entered.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request, url_for
from flask_wtf import FlaskForm

from saas.companies import members as actions
from saas.companies import queries
from saas.companies.forms import NewMember, Roles, Skills
from saas.companies.leaving import posts
from saas.companies.roles import ADMIN, assignable
from saas.companies.skills import change_skills, offered
from saas.db import db
from saas.identity.access import allow, current_actor, current_visit, unswitched
from saas.policy.loader import pack
from saas.problem import Problem
from saas.tenancy import Visit, enter
from saas.tenancy.models import HEAD_OFFICE, QUALITY_SLUG, Tenant
from saas.tenancy.staff import Staff
from saas.web import done, once, page
from saas.web.once import lead
from saas.web.typed import blame

blueprint = Blueprint("members", __name__, url_prefix="/<company>/<project>/members")
SHOWN = {"present": "在职", "closed": "已停用", "all": "全部"}


@blueprint.get("/")
@allow("company_admin", "project_manager")
def index() -> Any:
    """Everybody who works here, by `?show=`; 公司管理员 may change it."""
    visit, shown = current_visit(), request.args.get("show", "")
    everybody = queries.members(visit.tenant_id)
    groups = {
        "present": [each for each in everybody if not each.closed],
        "closed": [each for each in everybody if each.closed],
        "all": everybody,
    }
    shown = shown if shown in groups else "present"
    return page(
        "companies/members.html", groups=groups, shown=shown, SHOWN=SHOWN, names=pack(visit.pack).roles,
        troubles=queries.invitation_troubles(each.id for each in groups[shown]),
        leads=shown != "present" and leads(visit),
    )  # fmt: skip


@blueprint.get("/new")
@allow("company_admin")
def new() -> Any:
    """The form for taking somebody in."""
    return show_new(current_visit(), offer(NewMember(), current_visit()))


@blueprint.post("/")
@allow("company_admin")
@unswitched
@once
def take_in() -> Any:
    """Take somebody in; who has no password yet is invited by mail."""
    visit, form = current_visit(), offer(NewMember(), current_visit())

    def act(tenant: Tenant) -> str:
        actions.take_in(tenant, form.email.data, form.name.data, form.roles.data, by=current_actor())
        return f"{form.name.data}已加入"

    return write(visit, form, act) or show_new(back(visit), form, 422)


@blueprint.get("/<uuid:staff_id>")
@allow("company_admin")
def edit(staff_id: UUID) -> Any:
    """One member: roles, another invitation, letting go."""
    person = queries.member(current_visit().tenant_id, staff_id) or abort(404)
    return show_member(current_visit(), offer(Roles(roles=person.roles), current_visit()), person)


@blueprint.post("/<uuid:staff_id>/roles")
@allow("company_admin")
@unswitched
@once
def change_roles(staff_id: UUID) -> Any:
    """Give a member other roles."""
    visit, form = current_visit(), offer(Roles(), current_visit())

    def act(tenant: Tenant) -> str:
        actions.change_roles(tenant, staff_id, form.roles.data, by=current_actor())
        return "岗位已修改"

    return write(visit, form, act) or show_member(back(visit), form, queries.member(visit.tenant_id, staff_id), 422)


@blueprint.post("/<uuid:staff_id>/skills")
@allow("company_admin")
@once
def give_skills(staff_id: UUID) -> Any:
    """Note what a member is good at."""
    visit = current_visit()
    person = queries.member(visit.tenant_id, staff_id) or abort(404)
    form = skilled(person, visit)
    if form is not None and form.validate():
        try:
            change_skills(staff_id, form.skills.data, pack(visit.pack), by=current_actor())
            return done(url_for("members.edit", staff_id=staff_id), "专长已修改")
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    return show_member(visit, offer(Roles(roles=person.roles), visit), person, 422, skills=form)


@blueprint.post("/<uuid:staff_id>/departure")
@allow("company_admin")
@unswitched
@once
def let_go(staff_id: UUID) -> Any:
    """End a membership at once."""

    def act(tenant: Tenant) -> str:
        actions.let_go(tenant, staff_id, by=current_actor())
        return "已移出，这位成员从现在起打不开这里的页面"

    return write(current_visit(), None, act)


@blueprint.post("/<uuid:staff_id>/invitation")
@allow("company_admin")
@unswitched
@once
def invite_again(staff_id: UUID) -> Any:
    """Send another invitation."""

    def act(tenant: Tenant) -> str:
        actions.invite_again(tenant, staff_id, by=current_actor())
        return "邀请邮件已重新寄出"

    return write(current_visit(), None, act)


def write(visit: Visit, form: FlaskForm | None, act: Callable[[Tenant], str]) -> Any:
    """Run an action on this tenant and go back to the list; None when the form must be shown again."""
    if form is not None and not form.validate():
        return None
    lead(url_for("members.index"))
    try:
        message = act(db.session.get_one(Tenant, visit.tenant_id))
    except Problem as problem:
        if form is None:
            raise
        blame(form, problem)
        return None
    return done(url_for("members.index"), message)


def back(visit: Visit) -> Visit:
    """Drop what was half done, and enter the tenant for showing the form again."""
    db.session.remove()
    enter(db.session(), visit.schema)
    return visit


def offer(form: Any, visit: Visit) -> Any:
    """Give the roles field its choices: what can be held here, in groups."""
    form.roles.choices = [(code, name) for _, group in assignable(visit.pack, visit.kind) for code, name, _ in group]
    return form


def leads(visit: Visit) -> bool:
    """Whether this person administers the whole company, not just this project (leaving and logins are theirs)."""
    if visit.kind == HEAD_OFFICE or visit.user_id is None:
        return ADMIN in visit.roles
    return any(post.slug == QUALITY_SLUG and ADMIN in post.roles for post in posts(visit.company, visit.user_id))


def show_new(visit: Visit, form: NewMember, status: int = 200) -> Any:
    """The page for taking somebody in."""
    groups = assignable(visit.pack, visit.kind)
    return page(
        "companies/new_member.html", status=status, form=form, groups=groups, everywhere=visit.kind == HEAD_OFFICE
    )


def skilled(person: queries.Member, visit: Visit) -> Skills | None:
    """The form of a member's skills; None for who does not go to customers."""
    known = offered(pack(visit.pack), person.roles) if visit.kind != HEAD_OFFICE else {}
    if not known:
        return None
    staff = db.session.get(Staff, person.id)
    form = Skills(skills=staff.skills if staff else [])
    form.skills.choices = list(known.items())
    return form


def show_member(
    visit: Visit, form: Roles, person: queries.Member | None, status: int = 200, *, skills: Skills | None = None
) -> Any:
    """The page of one member."""
    if person is None:
        abort(404)
    groups, everywhere = assignable(visit.pack, visit.kind), visit.kind == HEAD_OFFICE
    return page(
        "companies/member.html", status=status, form=form, groups=groups, person=person, everywhere=everywhere,
        trouble=queries.invitation_troubles([person.id]).get(person.id, ""), leads=leads(visit),
        skills=skills or skilled(person, visit),
    )  # fmt: skip
