"""Delegations: list, give, end. Every decision made under one names it (A3)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, url_for

from saas.approvals import delegations as work
from saas.approvals.forms import NewDelegation
from saas.db import db
from saas.identity.access import allow, current_actor, current_visit
from saas.policy.loader import pack
from saas.problem import Problem
from saas.tenancy.staff import present
from saas.web import done, once, page
from saas.web.shell import NavItem

blueprint = Blueprint("delegations", __name__, url_prefix="/<company>/<project>/delegations")
NAV = (NavItem("管理", "委托", "corner-up-right", "delegations.index", order=85, head_office=None),)


@blueprint.get("/")
@allow()
def index() -> Any:
    """All delegations; everybody may know who decides for whom."""
    visit, actor = current_visit(), current_actor()
    return page(
        "approvals/delegations.html", lines=work.lines(), names=pack(visit.pack).roles, me_id=actor.id,
        arranges=actor.has(*work.ARRANGERS),
    )  # fmt: skip


@blueprint.get("/new")
@allow()
def new() -> Any:
    """The form for a delegation."""
    return show(offer(NewDelegation()))


@blueprint.post("/")
@allow()
@once
def give() -> Any:
    """Give a delegation."""
    form, actor = offer(NewDelegation()), current_actor()
    if form.validate():
        try:
            work.delegate(
                of=UUID(form.of.data), to=UUID(form.to.data), role=form.role.data, starts_on=form.starts_on.data,
                ends_on=form.ends_on.data, reason=form.reason.data, pack=pack(current_visit().pack), by=actor,
            )  # fmt: skip
            return done(url_for("delegations.index"), "委托已生效，到期自动结束")
        except Problem as problem:
            form[problem.field or "reason"].errors = [str(problem)]
    db.session.rollback()
    return show(form, 422)


@blueprint.post("/<uuid:delegation_id>/end")
@allow()
@once
def end(delegation_id: UUID) -> Any:
    """End a delegation now."""
    try:
        work.end(delegation_id, by=current_actor())
    except LookupError:
        abort(404)
    return done(url_for("delegations.index"), "委托已结束")


def offer(form: NewDelegation) -> NewDelegation:
    """Give the form its choices: oneself, or everybody for those who arrange for others."""
    actor, names = current_actor(), pack(current_visit().pack)
    deciding, people = work.deciding_roles(names), present()
    givers = [p for p in people if (p.id == actor.id or actor.has(*work.ARRANGERS)) and set(p.roles) & set(deciding)]
    held = {role for p in givers for role in p.roles}
    form.of.choices = [(str(p.id), p.name) for p in givers]
    form.to.choices = [("", "请选择"), *((str(p.id), p.name) for p in people)]
    form.role.choices = [(role, names.roles[role]) for role in deciding if role in held]
    return form


def show(form: NewDelegation, status: int = 200) -> Any:
    """The page with the form, or why there is nothing to delegate."""
    return page("approvals/new_delegation.html", status=status, form=form)
