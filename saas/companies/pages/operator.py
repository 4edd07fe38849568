"""平台运营 (platform_operator): companies, and logins across them. Runs outside every tenant."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request, url_for

from saas.companies import actions, queries
from saas.companies.forms import NewCompany
from saas.db import db
from saas.identity import actions as identity
from saas.identity.access import current_actor, operator
from saas.identity.models import User
from saas.problem import Problem
from saas.web import done, once, page
from saas.web.once import lead

blueprint = Blueprint("operator", __name__, url_prefix="/operator")
SIZE = 50


@blueprint.get("/companies")
@operator
def companies() -> Any:
    """All companies."""
    words = request.args.get("q", "")
    number = min(max(request.args.get("page", 1, type=int), 1), 1000)
    found, total = queries.companies(words, limit=SIZE, offset=(number - 1) * SIZE)

    def at(**changes: Any) -> str:
        return url_for("operator.companies", q=words or None, page=changes.get("page", number))

    return page(
        "companies/companies.html", block="results", companies=found, words=words, total=total, number=number,
        size=SIZE, at=at,
    )  # fmt: skip


@blueprint.get("/companies/new")
@operator
def new_company() -> Any:
    """The form for a company."""
    return page("companies/new_company.html", form=NewCompany())


@blueprint.post("/companies")
@operator
@once
def create_company() -> Any:
    """Create a company with its head office and invite its first 公司管理员."""
    form = NewCompany()
    if not form.validate():
        return page("companies/new_company.html", status=422, form=form)
    lead(url_for("operator.companies"))
    try:
        actions.found_company(
            form.name.data, form.slug.data, form.admin_email.data, form.admin_name.data, by=current_actor()
        )
    except Problem as problem:
        db.session.rollback()
        form[problem.field or "name"].errors = [str(problem)]
        return page("companies/new_company.html", status=422, form=form)
    return done(url_for("operator.companies"), f"已创建{form.name.data}，公司管理员是{form.admin_name.data}")


@blueprint.get("/people")
@operator
def people() -> Any:
    """Find a login by name or e-mail."""
    words = request.args.get("q", "")
    return page("companies/people.html", block="results", people=queries.people(words), words=words)


@blueprint.post("/people/<uuid:user_id>/disabling")
@operator
@once
def disable(user_id: UUID) -> Any:
    """Close a login everywhere, at once."""
    user = db.session.get(User, user_id) or abort(404)
    identity.disable(user_id, by=current_actor())
    return done(url_for("operator.people", q=user.email), f"{user.name}的账号已停用，所有设备已退出登录")


@blueprint.post("/people/<uuid:user_id>/enabling")
@operator
@once
def enable(user_id: UUID) -> Any:
    """Open a closed login again."""
    user = db.session.get(User, user_id) or abort(404)
    identity.enable(user_id, by=current_actor())
    return done(url_for("operator.people", q=user.email), f"{user.name}的账号已恢复")
