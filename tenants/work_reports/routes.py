"""工作报表: drawn from the day's contacts, filed, read, printed (C4)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request, url_for
from wtforms import Form, HiddenField, TextAreaField
from wtforms.validators import Length

from saas import clock
from saas.db import db
from saas.identity import allow, current_actor, current_pack, current_visit
from saas.identity.actor import Forbidden
from saas.problem import Problem
from saas.web import done, once, page, see, typed
from saas.web.paging import here, paging
from saas.web.shell import NavItem
from tenants.receptions.words import STATES
from tenants.work_reports import actions, queries, workbench
from tenants.work_reports.access import filers, head, heads, readers
from tenants.work_reports.models import WorkReport

blueprint = Blueprint("work_reports", __name__, url_prefix="/<company>/<project>/work-reports")
NAV = (
    NavItem("客户沟通", "工作报表", "file-text", "work_reports.index", key="y", order=55, waiting=queries.unread),
)  # fmt: skip
blueprint.record_once(lambda state: state.app.extensions.setdefault("tasks", []).append(workbench.tasks))


class ReportForm(Form):  # type: ignore[misc]
    """Own remarks beside what the records say."""

    Meta = typed.Meta

    day = HiddenField()
    remarks = TextAreaField("工作小结", [Length(max=actions.LONGEST, message=f"最多 {actions.LONGEST} 个字")])


class ReadingForm(Form):  # type: ignore[misc]
    """A word of the head."""

    Meta = typed.Meta

    words = TextAreaField("批阅意见", [Length(max=2000, message="最多 2000 个字")])


@blueprint.get("")
@allow(readers)
def index() -> Any:
    """The reports: one's own, or everybody's for a head."""
    at, day, actor = paging(), typed.day(request.args.get("day")), current_actor()
    rows, total = queries.listing(actor, current_pack(), day=day, offset=at.offset, limit=at.size)
    return page(
        "work_reports/index.html", block="results", rows=rows, total=total, paging=at, here=here, day=day,
        may_file=actor.has(*filers(current_pack())), rules=current_pack(),
    )  # fmt: skip


@blueprint.get("/new")
@allow(filers)
def new() -> Any:
    """What was recorded on `?day=`, today without it, and room for remarks."""
    today = clock.local(clock.now()).date()
    day = min(typed.day(request.args.get("day")) or today, today)
    there = queries.filed(current_visit().user_id, day)  # type: ignore[arg-type]
    if there:
        return see(url_for("work_reports.show", id=there))
    return _new(ReportForm(data={"day": day.isoformat()}), 200)


@blueprint.post("")
@allow(filers)
@once
def file() -> Any:
    """File it."""
    form = ReportForm(request.form)
    status = 422
    if form.validate():
        try:
            day = typed.day(form.day.data) or clock.local(clock.now()).date()
            made = actions.file(day=day, remarks=form.remarks.data or "", pack=current_pack(), by=current_actor())
            return done(url_for("work_reports.show", id=made.id), "工作报表已提交")
        except Problem as problem:
            db.session.rollback()
            status = problem.status
            form.form_errors.append(str(problem))
    return _new(form, status)


def _new(form: ReportForm, status: int) -> Any:
    today = clock.local(clock.now()).date()
    day = min(typed.day(form.day.data) or today, today)
    drawn = queries.contacts_of(current_visit().user_id, day)  # type: ignore[arg-type]
    return page(
        "work_reports/new.html", block="report", status=status, form=form, day=day, drawn=drawn, rules=current_pack(),
        STATES=STATES, head=current_pack().roles.get(head(current_pack()), ""),
    )  # fmt: skip


@blueprint.get("/<uuid:id>")
@allow(readers)
def show(id: UUID) -> Any:
    """One report, as it is printed."""
    return _shown(_found(id), ReadingForm(), 200)


@blueprint.post("/<uuid:id>/reading")
@allow(heads)
@once
def read(id: UUID) -> Any:
    """The head has read it."""
    report, form = _found(id), ReadingForm(request.form)
    status = 422
    if form.validate():
        try:
            actions.read(id, words=form.words.data or "", pack=current_pack(), by=current_actor())
            return done(url_for("work_reports.show", id=id), "已批阅")
        except Problem as problem:
            db.session.rollback()
            report, status = _found(id), problem.status
            typed.blame(form, problem)
    return _shown(report, form, status)


def _found(key: UUID) -> WorkReport:
    found = queries.find(key) or abort(404)
    actor = current_actor()
    if found.staff_id != actor.id and not actor.has(*heads(current_pack())):
        raise Forbidden("工作报表由本人和部门负责人查看")
    return found


def _shown(report: WorkReport, form: ReadingForm, status: int) -> Any:
    lines = sorted(report.lines, key=lambda line: (line.contact.recorded_at, line.contact_id))
    return page(
        "work_reports/show.html", block="reading", status=status, report=report, form=form, rules=current_pack(),
        STATES=STATES, may_read=current_actor().has(*heads(current_pack())) and report.reading is None,
        drawn=[(line.contact, line.state) for line in lines], printed_at=clock.now(),
    )  # fmt: skip
