"""Decide what waits, one or several; hand a step on; say that a copy was read."""

from typing import Any
from uuid import UUID

from flask import request, url_for

from saas.db import db
from saas.identity import allow, current_actor
from saas.identity.actor import Forbidden
from saas.problem import Problem
from saas.web import done, once, page
from saas.web.once import settle
from saas.web.typed import whole
from tenants.releases import actions, queries
from tenants.releases.holding import held
from tenants.releases.models import Release
from tenants.releases.routes import blueprint
from tenants.releases.routes.shown import carry_out, found, is_uuid, key_of, number_of, refused


@blueprint.post("/<uuid:id>/decisions")
@allow()
@once
def decide(id: UUID) -> Any:
    """Decide the waiting step on exactly the version and text that were shown (A3, H3)."""
    form, release = request.form, found(id)
    try:
        outcome = actions.decide(
            release.id, approval_id=key_of("approval"), verdict=form.get("verdict", ""),
            reason=form.get("reason", "")[:2000], version=number_of("version"), content_hash=form.get("hash", ""),
            by=current_actor(),
        )  # fmt: skip
    except Problem as problem:
        return refused(id, problem)
    return done(url_for("releases.show", id=id), _said(outcome, release))


def _said(outcome: Any, release: Release) -> str:
    if outcome.state == "returned":
        return "已退回经办人修改"
    if outcome.next is not None:
        return f"已同意，送{outcome.next.label}"
    if held(release.kind):
        return "已批准，等待发布"
    return "已批准，开始发布" if release.current.recipients else "已批准，请线下递交后登记"


@blueprint.post("/decisions")
@allow()
@once
def decide_many() -> Any:
    """Approve several that wait for the reader, each on its own; the answer tells row by row what happened."""
    results = []
    for value in sorted(set(request.form.getlist("ids")))[:50]:
        release_id, approval_id, version, content_hash = [*value.split(":"), "", "", ""][:4]
        release = queries.find(UUID(release_id)) if is_uuid(release_id) else None
        if release is None or not is_uuid(approval_id) or not whole(version):
            continue
        title, number, where = release.title, release.number, url_for("releases.show", id=release.id)
        try:
            with db.session.begin_nested():
                outcome = actions.decide(
                    release.id, approval_id=UUID(approval_id), verdict="approved", reason="", version=whole(version),
                    content_hash=content_hash, by=current_actor(),
                )  # fmt: skip
            results.append((True, number, title, where, _said(outcome, release)))
        except (Problem, Forbidden) as refusal:
            results.append((False, number, title, where, str(refusal)))
    back = url_for("releases.index", view="waiting")
    if not results:
        return done(back, "请先勾选要同意的信息")
    settle(back)
    return page("releases/batch.html", results=results, back=back)


@blueprint.post("/<uuid:id>/transfers")
@allow()
@once
def transfer(id: UUID) -> Any:
    """Hand the waiting step to a colleague."""
    return carry_out(id, lambda: actions.transfer(id, to=key_of("to"), by=current_actor()), "已转交")


@blueprint.post("/<uuid:id>/acknowledgement")
@allow()
@once
def acknowledge(id: UUID) -> Any:
    """Say that one's copy was read."""
    return carry_out(id, lambda: actions.acknowledge(id, by=current_actor()), "已阅")
