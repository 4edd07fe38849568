"""部门转来, in the head office: handing over what a department received, and whether it was taken up (D1)."""

from collections.abc import Iterable
from typing import Any

from flask import abort, request, url_for

from saas.db import db
from saas.identity import allow, current_actor, current_pack, current_visit
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.tenancy.models import HEAD_OFFICE
from saas.web import done, once, page
from saas.web.paging import here, paging
from saas.web.pictures import ask_again, uploaded
from saas.web.typed import aware, blame
from tenants.complaints.access import TRANSFERORS, receivers
from tenants.complaints.actions import NewComplaint
from tenants.complaints.routes import blueprint
from tenants.complaints.transfers import actions, queries
from tenants.complaints.transfers.forms import TransferForm
from tenants.complaints.transfers.models import SOURCE
from tenants.complaints.transfers.verbs import projects


def _involved(pack: Pack) -> Iterable[str]:
    return (*TRANSFERORS(pack), *receivers(pack))


def _in_the_head_office() -> None:
    if current_visit().kind != HEAD_OFFICE:
        abort(404)


def _form(data: Any) -> TransferForm:
    _in_the_head_office()
    return TransferForm.made(data, current_pack(), projects(), current_actor())


@blueprint.get("/transfers/")
@allow(_involved)
def transfers() -> Any:
    """One's own, or all for those who read complaints; who takes up begins with what waits."""
    _in_the_head_office()
    at, by, pack = paging(), current_actor(), current_pack()
    takes, whole = by.has(*receivers(pack)), by.has(*pack.complaint_roles.readers)
    view = request.args.get("view", "")
    view = view if view in queries.VIEWS else "waiting" if takes else "all"
    rows, total = queries.listing(view, by, whole=whole, offset=at.offset, limit=at.size)
    return page(
        "complaints/transfers.html", block="results", rows=rows, total=total, view=view, paging=at, here=here,
        views=[(label, here(view=code, page=None), code == view) for code, label in queries.VIEWS.items()],
        pack=pack, whole=whole, source=SOURCE, may_hand_over=by.has(*TRANSFERORS(pack)),
    )  # fmt: skip


@blueprint.get("/transfers/new")
@allow(TRANSFERORS)
def transfers_new() -> Any:
    """What reached a department, on an empty card."""
    return page("complaints/transfers_new.html", form=_form(None))


@blueprint.post("/transfers/")
@allow(TRANSFERORS)
@once
def transfers_create() -> Any:
    """Hand it over, or answer the form again with what to change."""
    form = _form(request.form)
    if form.validate():
        try:
            made = actions.hand_over(
                _written(form), department=form.department.data, project=form.project.data or "",
                received_by=form.received_by.data or "", by=current_actor(),
            )  # fmt: skip
            return done(url_for("complaints.transfers"), f"已转交 {made.number}，客诉专员会收到提醒")
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    ask_again(form)
    return page("complaints/transfers_new.html", block="card", status=422, form=form)


def _written(form: TransferForm) -> NewComplaint:
    return NewComplaint(
        subject=form.subject.data or "", body=form.body.data or "", category=form.category.data, source=SOURCE,
        channel=form.channel.data, demand=form.demand.data or "", room=form.room.data or "",
        reporter=form.reporter.data or "", phone=form.phone.data or "", email=form.email.data or "",
        anonymous=bool(form.anonymous.data), received_at=aware(form.received_at.data), pictures=uploaded("pictures"),
    )  # fmt: skip
