"""工作日历: a month, the days entered by hand, a form for another (R2)."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, request, url_for

from saas import clock
from saas.db import db
from saas.identity import allow, current_actor
from saas.problem import Problem
from saas.web import done, once, page, typed
from saas.web.shell import NavItem
from tenants.calendar import actions, queries
from tenants.calendar.actions import KEEPERS
from tenants.calendar.forms import DayForm

blueprint = Blueprint("calendar", __name__, url_prefix="/<company>/<project>/calendar")
NAV = (NavItem("管理", "工作日历", "calendar-check", "calendar.index", order=60),)


@blueprint.get("")
@allow(*KEEPERS)
def index() -> Any:
    """The month of `?month=2026-11`, this one without it."""
    return _drawn(DayForm())


@blueprint.post("")
@allow(*KEEPERS)
@once
def enter() -> Any:
    """Enter a day, or change one; open limits are computed again by a worker."""
    form = DayForm(request.form)
    if not form.validate():
        return _drawn(form, 422)
    try:
        made = actions.enter_day(form.day.data, form.working.data == "yes", form.note.data or "", by=current_actor())
    except Problem as problem:
        return _drawn(typed.blame(form, problem), 422)
    words = f"{made.day:%Y-%m-%d} 已设为{'上班' if made.working else '休息'}，未到期的时限正在重算"
    return done(url_for("calendar.index", month=f"{made.day:%Y-%m}"), words)


@blueprint.post("/<day>/removal")
@allow(*KEEPERS)
@once
def remove(day: str) -> Any:
    """Let the national calendar rule this day again."""
    try:
        gone = date.fromisoformat(day)
    except ValueError:
        abort(404)
    try:
        actions.remove_day(gone, by=current_actor())
    except Problem as problem:
        form = DayForm()
        form.form_errors.append(str(problem))
        return _drawn(form, 422)
    return done(url_for("calendar.index", month=f"{gone:%Y-%m}"), f"{gone} 已恢复国家日历，未到期的时限正在重算")


def _drawn(form: DayForm, status: int = 200) -> Any:
    if status == 422:
        db.session.rollback()
    days = queries.entered()
    month = _month(request.args.get("month", ""))
    return page(
        "calendar/index.html", status=status, form=form, days=days, month=month,
        weeks=queries.weeks(month, {each.day: each.working for each in days}), changes=queries.changes(),
        before=month - timedelta(days=1), after=month + timedelta(days=31),
    )  # fmt: skip


def _month(written: str) -> date:
    """The first day of the month that was asked for, of this one for anything foolish."""
    today = clock.local(clock.now()).date()
    try:
        asked = date.fromisoformat(f"{written}-01")
    except ValueError:
        asked = today
    return (asked if abs(asked - today) <= 2 * actions.FARTHEST else today).replace(day=1)
