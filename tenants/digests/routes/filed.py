"""The digests that were taken: all of them, one with its figures as they were then, and its remarks."""

from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas.db import db
from saas.identity import allow, current_actor, current_pack
from saas.policy.here import pack_on
from saas.problem import Problem
from saas.web import done, once, page
from saas.web.typed import blame
from tenants.digests import access, actions, queries, tables
from tenants.digests.forms import FilingForm
from tenants.digests.models import Digest
from tenants.digests.routes import blueprint, cases_url
from tenants.digests.words import CALLBACKS, CLAUSES, SENT, TITLES, WEEKLY, Days, title


@blueprint.get("")
@allow(access.READERS)
def index() -> Any:
    """What there is, newest first, and the way to the tables of any month."""
    return page(
        "digests/index.html", digests=[(each, Days(each.begins, each.ends)) for each in queries.latest()],
        reviews=queries.reviews(), titles=TITLES, sent=SENT,
        may_review=current_actor().has(*access.REVIEWERS(current_pack())),
    )  # fmt: skip


@blueprint.get("/<uuid:id>")
@allow(access.READERS)
def show(id: UUID) -> Any:
    """The figures as they were taken, who got them or what was written to them."""
    return _drawn(_found(id), FilingForm(), 200)


@blueprint.post("/<uuid:id>/filing")
@allow(access.WRITERS)
@once
def file(id: UUID) -> Any:
    """Write remarks and file it."""
    form = FilingForm(request.form)
    digest = _found(id)
    if digest.kind in SENT:
        abort(404)
    status = 422
    if form.validate():
        try:
            actions.file(id, remarks=form.remarks.data or "", by=current_actor())
            return done(url_for("digests.show", id=id), "已归档")
        except Problem as problem:
            db.session.rollback()
            status = problem.status
            blame(form, problem)
    return _drawn(_found(id), form, status)


def _found(id: UUID) -> Digest:
    return db.session.get(Digest, id) or abort(404)


def _drawn(digest: Digest, form: FilingForm, status: int) -> Any:
    days, pack = Days(digest.begins, digest.ends), pack_on(Days(digest.begins, digest.ends).begin)
    counted = digest.kind != CALLBACKS
    now, named = current_pack(), CLAUSES[digest.kind]
    return page(
        "digests/show.html", status=status, digest=digest, days=days, title=title(digest.kind, days), pack=pack,
        clause=now.clauses.get(named), form=form, titles=TITLES, paper=queries.paper_of(digest),
        note=tables.NOTE if counted else "",
        tables=tables.tables(digest.figures, pack, digest.kind == WEEKLY) if counted else [],
        plain=[] if counted else tables.callback_tables(digest.figures, pack),
        chart=tables.chart(digest.figures, pack) if counted else None,
        href=lambda line, cell: cases_url(tables.narrowed(line, cell, days)),
        may_file=digest.kind not in SENT and digest.filing is None and current_actor().has(*now.bound(named)),
    )  # fmt: skip
