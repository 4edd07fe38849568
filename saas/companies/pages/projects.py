"""The head office's projects: list, create, describe. Pages of a project answer 404 here."""

from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy import select

from saas.companies import actions, queries
from saas.companies.forms import NewProject, ProjectForm
from saas.companies.projects import describe_project
from saas.db import db
from saas.identity.access import allow, current_actor, current_visit, unswitched
from saas.problem import Conflict, Problem
from saas.tenancy import Visit, enter
from saas.tenancy.models import HEAD_OFFICE, Company
from saas.tenancy.staff import FEE_BASES
from saas.web import done, once, page
from saas.web.once import lead
from saas.web.typed import blame, version

blueprint = Blueprint("projects", __name__, url_prefix="/<company>/<project>/projects")


def office() -> Visit:
    """The visit, which must be to a head office."""
    visit = current_visit()
    if visit.kind != HEAD_OFFICE:
        abort(404)
    return visit


@blueprint.get("/")
@allow("company_admin", "quality", "general_manager")
def index() -> Any:
    """Every project of this company, and of no other (A4)."""
    return page("companies/projects.html", lines=queries.projects(office().company), FEE_BASES=FEE_BASES)


@blueprint.get("/new")
@allow("company_admin")
def new() -> Any:
    """The form for a project."""
    office()
    return page("companies/new_project.html", form=NewProject())


@blueprint.post("/")
@allow("company_admin")
@unswitched
@once
def create() -> Any:
    """Create a project: ready at once, company roles copied in."""
    visit, form = office(), NewProject()
    try:
        if form.validate():
            where = url_for("members.index", project=form.slug.data)
            lead(where)
            company = db.session.scalars(select(Company).where(Company.slug == visit.company)).one()
            actions.create_project(company, form.name.data, form.slug.data, by=current_actor())
            return done(where, f"已创建{form.name.data}，现在可以邀请成员")
    except Problem as problem:
        form[problem.field or "name"].errors = [str(problem)]
    db.session.remove()
    enter(db.session(), visit.schema)
    return page("companies/new_project.html", status=422, form=form)


@blueprint.get("/<slug>/facts")
@allow("company_admin")
def edit(slug: str) -> Any:
    """What the head office says of this project."""
    found = queries.project(office().company, slug) or abort(404)
    return show(found, ProjectForm(obj=found.profile), found.profile.version)


@blueprint.post("/<slug>/facts")
@allow("company_admin")
@unswitched
@once
def describe(slug: str) -> Any:
    """Write it: into the platform's row and, entering the project, into its profile."""
    visit, form, seen = office(), ProjectForm(), version(request.form)
    found = queries.project(visit.company, slug) or abort(404)
    status = 422
    try:
        if form.validate():
            lead(url_for("projects.index"))
            describe_project(found.schema, form.facts(), version=seen, by=current_actor())
            return done(url_for("projects.index"), f"{found.name}的资料已保存")
    except Conflict:
        status = 409
    except Problem as problem:
        blame(form, problem)
    db.session.remove()
    enter(db.session(), visit.schema)
    return show(found, form, seen, status)


def show(found: queries.Described, form: ProjectForm, seen: int, status: int = 200) -> Any:
    """The page with the form, which was made from the version `seen`."""
    return page("companies/project.html", status=status, found=found, form=form, version=seen, clash=status == 409)
