"""今日工作台, the landing page of every tenant, and the reminders of the person."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, request, url_for

from saas import clock
from saas.db import db
from saas.identity import allow, current_actor, current_visit
from saas.identity.access import admits
from saas.identity.actor import Actor
from saas.identity.asking import Waiting, together
from saas.policy import clocks
from saas.policy.calendar import Calendar
from saas.tenancy.models import HEAD_OFFICE
from saas.tenancy.places import projects_of
from saas.web import page, see
from saas.web.page import wants_part
from saas.web.shell import Bell, NavItem
from tenants.complaints.duties import late
from tenants.complaints.rules import Rules, rules_on
from tenants.obligations import actions, appointments, followed, measures, queries
from tenants.obligations.axis import axis
from tenants.obligations.today import LONGEST_REST, MOST, Task, day_of, waiting_label
from tenants.obligations.words import KINDS, greeting
from tenants.repairs.due import late as repairs_late

blueprint = Blueprint("obligations", __name__, url_prefix="/<company>/<project>")
SIZE = 20
Source = Callable[[Actor, Calendar, date], Sequence[Task]]
"""What a slice above hands to the workbench: a person's open tasks that are late or due up to a day."""
# What one comes to the workbench to begin; shown to those who may open it. The last is the main one.
BEGINNINGS = (
    ("接待登记", "receptions.new", "", "plus"),
    ("登记投诉", "complaints.new", "pri", "message-square-warning"),
)

blueprint.record_once(lambda state: state.app.extensions.setdefault("tasks", []).append(appointments.tasks))

BELL = Bell("obligations.reminders", queries.UNREAD)


def nav(*others: Waiting) -> tuple[NavItem, ...]:
    """The workbench, with the number of what is late there: complaints, repairs, and what `others` above count."""
    item = NavItem(
        "我的", "今日工作台", "layout-dashboard", "obligations.today", key="w", order=1, tone="red", tab=True,
        head_office=None, waiting=together(late, repairs_late, *others),
    )  # fmt: skip
    return (item,)


def beginnings(by: Actor) -> list[dict[str, str]]:
    """The main actions that this person may begin here."""
    found = []
    for label, endpoint, tone, icon in BEGINNINGS:
        if admits(current_app.view_functions.get(endpoint), current_visit().pack, by.roles):
            found.append({"label": label, "url": url_for(endpoint), "tone": tone, "icon": icon})
    return found


def _head(rules: Rules) -> dict[str, Any]:
    """Greeting and date line: day, kind of day, lunar date, what is left of the quarter."""
    now = clock.now()
    day = clock.local(now).date()
    said = rules.calendar.describe(day)
    left = (measures.quarter_end(day) - day).days
    until = f"第 {measures.quarter(day)} 季度还剩 {left} 天" if left else f"第 {measures.quarter(day)} 季度最后一天"
    facts = [f"{day.isoformat()} {said.weekday}（{said.kind}）", said.lunar, until]
    return {
        "greeting": greeting(now),
        "facts": [fact for fact in facts if fact],
        "calendar": rules.calendar,
        "pack": rules.pack,
    }


@blueprint.get("/")
@allow()
def today() -> Any:
    """今日工作台; `show` keeps one of its lists. At head office: the projects that the person may enter."""
    visit, actor = current_visit(), current_actor()
    rules = rules_on(clock.now())
    pack, head, handed = rules.pack, _head(rules), _handed(actor, rules.calendar)
    if visit.kind == HEAD_OFFICE and visit.user_id is not None:
        places = projects_of(visit.user_id, visit.company)
        names = {p.slug: [pack.roles.get(role, role) for role in p.roles] for p in places}
        return page(
            "obligations/office.html", **head, places=places, names=names, unread=queries.unread(actor), kinds=KINDS,
            work=[task for task in handed if task.tone],
        )  # fmt: skip
    work = day_of(actor, pack, head["calendar"], handed)
    show = request.args.get("show", "")
    starts = beginnings(actor)
    coming = measures.coming(actor, pack, head["calendar"], work.until, handed)
    return page(
        "obligations/today.html", **head, day=work, show=show if show in work.lists() else "", axis=axis(work),
        review=waiting_label(work.review), soon=pack.settings.soon, span=clocks.words, phrase=clocks.phrase,
        most=MOST, starts=starts,
        measures=measures.measures(pack), dates=coming, unread=queries.unread(actor), kinds=KINDS,
    )  # fmt: skip


def _handed(by: Actor, calendar: Calendar) -> list[Task]:
    """What slices above this one have for the workbench and its calendar, by date."""
    sources: Sequence[Source] = (followed.tasks, *current_app.extensions.get("tasks", ()))
    until = clock.local(clock.now()).date() + timedelta(days=LONGEST_REST) + measures.AHEAD
    return sorted(
        (task for source in sources for task in source(by, calendar, until)),
        key=lambda task: task.at,
    )


@blueprint.get("/reminders")
@allow()
def reminders() -> Any:
    """Every reminder of the person, newest first."""
    show = request.args.get("show") if request.args.get("show") == "unread" else ""
    number = max(request.args.get("page", 1, type=int), 1)
    rows, total = queries.listing(current_actor(), only_unread=bool(show), page=min(number, 5000), size=SIZE)

    def at(**changes: Any) -> str:
        wanted = {"page": number, "show": show or None, **changes}
        return url_for(
            "obligations.reminders", **{k: v for k, v in wanted.items() if k != "size" and v not in (None, 1)}
        )

    return page(
        "obligations/reminders.html", block="results", rows=rows, total=total, number=number, size=SIZE, at=at,
        show=show, kinds=KINDS,
    )  # fmt: skip


@blueprint.post("/reminders/<uuid:reminder_id>/seen")
@allow()
def see_reminder(reminder_id: UUID) -> Any:
    """Take note of one; repeating it changes nothing, so it needs no key."""
    try:
        actions.see(reminder_id, by=current_actor())
    except LookupError:
        abort(404)
    return _noted()


@blueprint.post("/reminders/seen")
@allow()
def see_all() -> Any:
    """Take note of all."""
    actions.see_all(by=current_actor())
    return _noted()


def _noted() -> Any:
    db.session.commit()
    if wants_part():
        unread = queries.unread(current_actor())
        return page("obligations/unread.html", block="unread", unread=unread, kinds=KINDS)
    return see(url_for("obligations.reminders" if request.form.get("from") == "list" else "obligations.today"))
