"""Acting on the cases picked in the list: assign, urge, export, and the page that tells what became of each."""

from typing import Any
from uuid import UUID

from flask import abort, flash, request, url_for
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from saas.db import db
from saas.identity import allow, current_actor, current_pack
from saas.identity.actor import Actor
from saas.problem import Problem
from saas.tenancy.staff import present
from saas.web import done, downloads, once, page, see
from saas.web.typed import blame, choices, chosen, longest, whole
from tenants.complaints import forms
from tenants.complaints.access import READERS, bulk_verbs
from tenants.complaints.bulk import actions
from tenants.complaints.bulk.models import EXPORT, REMIND, VERBS, BulkRun
from tenants.complaints.bulk.sheet import workbook
from tenants.complaints.forms.base import Base
from tenants.complaints.routes import blueprint

NOBODY = UUID(int=0)


class BulkAssignForm(Base):
    """To whom they all go."""

    department = SelectField("处理部门", validators=[InputRequired("请选择处理部门")])
    handler_id = SelectField("经办人", validators=[InputRequired("请选择经办人")])
    note = TextAreaField("交办说明", validators=[longest(2000)])


class BulkExportForm(Base):
    """What it is for."""

    reason = StringField("导出用途", validators=[DataRequired("请写下导出用途"), longest(actions.LONGEST)])


@blueprint.post("/complaints/bulk")
@allow(READERS)
@once
def bulk() -> Any:
    """Urge at once; for the others a form that asks what is needed, and then do it."""
    picks, verb, by = _picks(), request.form.get("act", ""), current_actor()
    known = verb in bulk_verbs(by, current_pack())
    if not known or not picks:
        flash("请先在列表里勾选投诉，再选择指派、催办或导出" if known else "请选择要做什么", "error")
        return see(url_for("complaints.index"))
    form = _form(verb, request.form if "go" in request.form else None)
    status = 200
    if verb == REMIND or (form is not None and "go" in request.form and form.validate()):
        try:
            run = _run(verb, picks, form, by)
            return done(url_for("complaints.bulk_run", run_id=run.id), _sum(run))
        except Problem as problem:
            db.session.rollback()
            if form is None:
                flash(str(problem), "error")
                return see(url_for("complaints.index"))
            blame(form, problem)
            status = 422
    elif "go" in request.form:
        status = 422
    return page(
        "complaints/bulk.html", status=status, verb=verb, title=VERBS[verb], form=form, picks=picks,
        cases=actions.chosen([key for key, _ in picks]),
    )  # fmt: skip


@blueprint.get("/complaints/bulk/<uuid:run_id>")
@allow(READERS)
def bulk_run(run_id: UUID) -> Any:
    """What became of each."""
    run = actions.find(run_id, current_actor()) or abort(404)
    return page("complaints/bulk_run.html", run=run, title=VERBS[run.verb], export=run.verb == EXPORT)


@blueprint.get("/complaints/bulk/<uuid:run_id>/file")
@allow(READERS)
def bulk_file(run_id: UUID) -> Any:
    """The workbook of an export, for who asked for it."""
    run = actions.find(run_id, current_actor())
    if run is None or run.verb != EXPORT:
        abort(404)
    return downloads.workbook(workbook(run, current_pack()), f"complaints-{run.ran_at:%Y%m%d}.xlsx")


def _picks() -> list[actions.Pick]:
    found = []
    for value in request.form.getlist("ids")[: actions.MOST + 1]:
        key, _, version = value.partition(":")
        if (complaint_id := chosen(key)) is not None:
            found.append((complaint_id, whole(version)))
    return list(dict.fromkeys(found))


def _form(verb: str, data: Any) -> Any:
    if verb == EXPORT:
        return BulkExportForm(data)
    if verb == REMIND:
        return None
    form, pack = BulkAssignForm(data), current_pack()
    form.department.choices = choices({code: d.label for code, d in pack.departments.items()}, "请选择")
    form.handler_id.choices = forms.people(present(*pack.complaint_roles.handlers), pack, "请选择")
    return form


def _run(verb: str, picks: list[actions.Pick], form: Any, by: Actor) -> BulkRun:
    if verb == REMIND:
        return actions.remind_all(picks, by=by)
    if verb == EXPORT:
        return actions.export_all(picks, reason=form.reason.data, by=by)
    handler = chosen(form.handler_id.data) or NOBODY
    facts = {"department": form.department.data, "handler_id": handler, "note": form.note.data or ""}
    return actions.assign_all(picks, **facts, by=by)


def _sum(run: BulkRun) -> str:
    found = actions.find(run.id, current_actor())
    results = found.results if found else []
    fine = sum(each.done for each in results)
    return f"{len(results)} 件中 {fine} 件完成" + (
        f"，{len(results) - fine} 件没有，原因见下" if fine < len(results) else ""
    )
