"""Write a letter down, submit it to its chain, take it back, urge, send copies."""

from typing import Any
from uuid import UUID

from flask import request, url_for

from saas.db import db
from saas.identity import allow, current_actor, current_pack
from saas.identity.actor import Forbidden
from saas.problem import Conflict, Problem
from saas.web import done, once, page
from saas.web.typed import blame
from tenants.releases import actions
from tenants.releases.access import WRITERS
from tenants.releases.forms import LetterForm
from tenants.releases.holding import not_held
from tenants.releases.models import Release
from tenants.releases.routes import blueprint
from tenants.releases.routes.shown import carry_out, found, is_uuid, key_of, number_of


@blueprint.get("/new")
@allow(*WRITERS)
def new() -> Any:
    """An empty letter."""
    form = LetterForm.by(current_pack(), on_page=True, kind=request.args.get("kind", "notice"))
    return _form(form)


@blueprint.post("")
@allow(*WRITERS)
@once
def create() -> Any:
    """Keep a draft."""
    form = LetterForm.by(current_pack(), request.form)
    if form.validate():
        try:
            made = actions.draft(
                kind=form.kind.data, title=form.title.data, body=form.body.data, to=form.to({}),
                flags=form.flags.data or (), by=current_actor(),
            )  # fmt: skip
            return done(url_for("releases.show", id=made.id), f"已保存草稿 {made.number}")
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    return _form(form, status=422)


@blueprint.get("/<uuid:id>/edit")
@allow(*WRITERS)
def edit(id: UUID) -> Any:
    """The current version in a form; the author's alone."""
    release = found(id)
    if release.author_id != current_actor().id:
        raise Forbidden(f"只有经办人{release.author_name}可以修改")
    not_held(release)
    if not release.editable:
        raise Conflict("已开始发布，不能再修改。需要更正时请另发一份")
    return _form(LetterForm.of(current_pack(), release.kind, release.current), release)


@blueprint.post("/<uuid:id>/versions")
@allow(*WRITERS)
@once
def revise(id: UUID) -> Any:
    """Keep the next version; earlier decisions are void (H3)."""
    release = found(id)
    form = LetterForm.by(current_pack(), request.form)
    del form.kind  # a letter keeps the kind it was begun with
    if form.validate():
        known = {r.address: r.customer_id for r in release.current.recipients}
        try:
            kept = actions.edit(
                id, title=form.title.data, body=form.body.data, to=form.to(known), flags=form.flags.data or (),
                version=number_of("version"), by=current_actor(),
            )  # fmt: skip
            return done(url_for("releases.show", id=id), f"已保存第 {kept.version} 版")
        except Conflict as conflict:
            db.session.rollback()
            form.form_errors.append(f"{conflict}。您填写的内容还在下面，没有丢")
            return _form(form, found(id), status=409)
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    return _form(form, found(id), status=422)


@blueprint.post("/<uuid:id>/submission")
@allow(*WRITERS)
@once
def submit(id: UUID) -> Any:
    """Submit what is shown to its chain (H2)."""
    copies = [UUID(v) for v in request.form.getlist("copies") if is_uuid(v)]
    return carry_out(
        id, lambda: actions.submit(id, version=number_of("version"), by=current_actor(), copies=copies), "已提交审批"
    )


@blueprint.post("/<uuid:id>/withdrawal")
@allow(*WRITERS)
@once
def withdraw(id: UUID) -> Any:
    """Take a submission back."""
    return carry_out(id, lambda: actions.withdraw(id, by=current_actor()), "已撤回，可以继续修改")


@blueprint.post("/<uuid:id>/urgings")
@allow(*WRITERS)
@once
def urge(id: UUID) -> Any:
    """Urge whoever must decide."""
    return carry_out(id, lambda: actions.urge(id, by=current_actor()), "已催办")


@blueprint.post("/<uuid:id>/copies")
@allow(*WRITERS)
@once
def copy(id: UUID) -> Any:
    """Send a copy for information to a colleague."""
    return carry_out(id, lambda: actions.copy(id, to=[key_of("to")], by=current_actor()), "已抄送")


def _form(form: LetterForm, release: Release | None = None, status: int = 200) -> Any:
    return page("releases/form.html", block="letter", status=status, form=form, release=release)
