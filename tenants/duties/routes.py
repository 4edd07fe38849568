"""规程日历: the month, what is late and what comes next; a duty and its moves; the calendar address (R2)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, request, url_for

from saas import clock, config
from saas.db import db
from saas.events import timeline
from saas.identity import allow, current_actor, current_visit
from saas.identity.actor import Actor
from saas.policy.calendar import Calendar
from saas.policy.periods import shift
from saas.problem import Problem
from saas.web import done, once, page
from saas.web.once import settle
from saas.web.shell import NavItem, may_open
from saas.web.typed import blame, version
from tenants.duties import access, actions, queries, workbench
from tenants.duties.actions.moving import latest
from tenants.duties.course import course
from tenants.duties.forms import DecisionForm, MoveForm
from tenants.duties.models import Duty
from tenants.duties.month import month, span
from tenants.duties.past import unwritten
from tenants.duties.rules import Known, Rules, rules_here
from tenants.duties.standing import STATES, Standing, standings
from tenants.duties.summary import summary
from tenants.duties.words import told
from tenants.obligations.today import Task
from tenants.obligations.words import KINDS

blueprint = Blueprint("duties", __name__, url_prefix="/<company>/<project>/duties")
NAV = (NavItem("我的", "规程日历", "calendar-days", "duties.index", key="r", order=5, head_office=None),)
FARTHEST = timedelta(days=3653)


def known() -> Known:
    """The evidence that the slices of this product give."""
    found: Known = current_app.extensions["evidence"]
    return found


def handed(by: Actor, calendar: Calendar, until: date) -> list[Task]:
    """The workbench asks here for a person's duties."""
    return workbench.tasks(by, calendar, until, known())


blueprint.record_once(lambda state: state.app.extensions.setdefault("tasks", []).append(handed))


@blueprint.get("")
@allow()
def index() -> Any:
    """The month of `?month=2026-11`, this one without it; `?who=mine` leaves the duties of one's own roles."""
    rules, actor = rules_here(known()), current_actor()
    now = clock.now()
    today = clock.local(now).date()
    asked, mine = _month(request.args.get("month", ""), today), request.args.get("who") == "mine"
    first, last = span(asked)
    stands = queries.around(today, rules, first=first, last=last)
    kept = course(rules, now, today, actor if mine else None)
    former = unwritten(first, last, today, stands, rules)
    if mine:
        stands, former = ([each for each in some if queries.owes(actor, each.duty, rules)] for some in (stands, former))

    def at(**changes: Any) -> str:
        wanted = {"month": asked, "who": "mine" if mine else None, **changes}
        shown = {"month": f"{wanted['month']:%Y-%m}" if wanted["month"] else None, "who": wanted["who"]}
        return url_for("duties.index", **{key: value for key, value in shown.items() if value})

    return page(
        "duties/index.html", month=month(asked, [*stands, *former], rules.calendar), former=former, at=at,
        sums=summary(stands, kept, today), mine=mine, before=shift(asked, -1), after=shift(asked, 1), today=today,
        said=rules.calendar.describe(today),
        states=STATES, names=_names(rules), feed=queries.feed_of(actor),
        opens=may_open("clauses.show", current_visit()),
    )  # fmt: skip


@blueprint.get("/<uuid:id>")
@allow()
def show(id: UUID) -> Any:
    """One duty: its clause, who owes it by when, what the records say, who was told, and how to move it."""
    return _shown(_found(id), MoveForm(), DecisionForm())


@blueprint.post("/<uuid:id>/moves")
@allow(access.MOVERS)
@once
def ask(id: UUID) -> Any:
    """Ask to move it."""
    duty, form = _found(id), MoveForm(request.form)
    if not form.validate():
        return _shown(duty, form, DecisionForm(), 422)
    try:
        actions.ask_move(
            duty.id, to=form.to.data, reason=form.reason.data or "", version=version(request.form), known=known(),
            by=current_actor(),
        )  # fmt: skip
    except Problem as problem:
        db.session.rollback()
        return _shown(_found(id), blame(form, problem), DecisionForm(), problem.status)
    return done(url_for("duties.show", id=id), "改期申请已提交，分管领导批准后生效")


@blueprint.post("/<uuid:id>/moves/<int:nth>/decision")
@allow()
@once
def decide(id: UUID, nth: int) -> Any:
    """Grant or refuse a move; the engine refuses the author, another version, a second decision."""
    duty, form = _found(id), DecisionForm(request.form)
    if queries.approval(duty, nth) is None:
        abort(404)
    if not form.validate():
        return _shown(duty, MoveForm(), form, 422)
    try:
        outcome = actions.decide_move(
            id, nth=nth, verdict=form.verdict.data or "", reason=form.reason.data or "", hashed=form.hashed.data or "",
            known=known(), by=current_actor(),
        )  # fmt: skip
    except Problem as problem:
        db.session.rollback()
        return _shown(_found(id), MoveForm(), blame(form, problem), problem.status)
    words = "已同意改期，提醒按新的日期" if outcome.decided.state == "approved" else "已退回，日期不变"
    return done(url_for("duties.show", id=id), words)


@blueprint.post("/feed")
@allow()
@once
def subscribe() -> Any:
    """Make or renew one's calendar address; the answer shows it, this once."""
    token = actions.open_feed(by=current_actor())
    settle(url_for("duties.index"))
    address = config.current().base_url + url_for("agendas.feed", token=token)
    return page("duties/feed.html", address=address, roles=_names(rules_here(known())))


@blueprint.post("/feed/end")
@allow()
@once
def unsubscribe() -> Any:
    """Close one's calendar address."""
    actions.end_feed(by=current_actor())
    return done(url_for("duties.index"), "订阅地址已停用，日历里的内容会在下次刷新时消失")


def _found(duty_id: UUID) -> Duty:
    return queries.find(duty_id) or abort(404)


def _shown(duty: Duty, form: MoveForm, decision: DecisionForm, status: int = 200) -> Any:
    rules, actor, visit = rules_here(known()), current_actor(), current_visit()
    (stand,) = standings([duty], rules)
    asked = queries.moves(duty)
    waiting = next((each for each in asked if each.approval.state == "pending"), None)
    return page(
        "duties/show.html", status=status, stand=stand, duty=duty, states=STATES, names=_names(rules),
        pack=rules.pack_on(duty.begins), calendar=rules.calendar, evidence=queries.records(stand, rules),
        people=queries.people(stand), told=queries.told_of(duty), kinds=KINDS, entries=told(timeline(duty)),
        waiting=waiting, decides=waiting is not None and access.decides(waiting.approval, actor), form=form,
        decision=decision, movable=_movable(stand, rules, actor), latest=latest(stand),
        opens=lambda name: may_open(name, visit),
    )  # fmt: skip


def _movable(stand: Standing, rules: Rules, by: Actor) -> bool:
    return stand.open and by.has(*access.MOVERS(rules.pack)) and latest(stand) > clock.local(stand.now).date()


def _names(rules: Rules) -> dict[str, str]:
    """The roles in Chinese, by the newest version that knows them."""
    return {code: name for pack in rules.versions for code, name in pack.roles.items()}


def _month(written: str, today: date) -> date:
    """The first day of the month that was asked for, of this one for anything foolish."""
    try:
        asked = date.fromisoformat(f"{written}-01")
    except ValueError:
        asked = today
    return (asked if abs(asked - today) <= FARTHEST else today).replace(day=1)
