"""The head office's projects: list and create. Pages of a project answer 404 here."""

from typing import Any

from flask import Blueprint, abort, url_for
from sqlalchemy import select

from saas.companies import actions, queries
from saas.companies.forms import NewProject
from saas.db import db
from saas.identity.access import allow, current_actor, current_visit, unswitched
from saas.problem import Problem
from saas.tenancy import Visit, enter
from saas.tenancy.models import HEAD_OFFICE, Company
from saas.web import done, once, page
from saas.web.once import lead

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
    return page("companies/projects.html", lines=queries.projects(office().company))


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
