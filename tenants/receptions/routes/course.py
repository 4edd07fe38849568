"""One reception: what was said, its course, and the form of the next step (C2, C3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas import clock
from saas.db import db
from saas.events import timeline
from saas.identity import Actor, allow, current_actor
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from saas.tenancy.staff import present
from saas.web import done, once, page
from saas.web.typed import blame, choices, whole
from saas.web.typed import version as version_of
from tenants.contacts.access import SHOW, WRITE
from tenants.receptions import actions, forms, queries
from tenants.receptions.cases import case_of
from tenants.receptions.models import FED_BACK, HANDLED, OPEN, Reception
from tenants.receptions.routes import blueprint
from tenants.receptions.routes.desk import rules
from tenants.receptions.words import STATES, STEPS

MAKE = Callable[[Reception, Pack, Any], Any]
RUN = Callable[[UUID, Any, int, Actor], Any]


def _spoken(pack: Pack) -> list[Any]:
    return choices(pack.channels)


def _expect(reception: Reception, pack: Pack, data: Any) -> Any:
    soon = clock.now() + timedelta(hours=pack.settings.expected_hours[1])
    told = clock.local(soon).replace(tzinfo=None, second=0, microsecond=0)
    form = forms.ExpectForm(data, expected_at=told, channel=reception.contact.channel)
    form.channel.choices = _spoken(pack)
    return form


def _escalate(reception: Reception, pack: Pack, data: Any) -> Any:
    form = forms.EscalateForm(data)
    form.role.choices = choices({role: pack.roles.get(role, role) for role in pack.hierarchy[1:]}, "请选择")
    return form


def _handle(reception: Reception, pack: Pack, data: Any) -> Any:
    form = forms.HandleForm(data)
    form.channel.choices = choices(pack.channels, "还没有告知")
    return form


def _feed_back(reception: Reception, pack: Pack, data: Any) -> Any:
    form = forms.FeedBackForm(data, channel=reception.contact.channel)
    form.channel.choices = _spoken(pack)
    return form


def _revisit(reception: Reception, pack: Pack, data: Any) -> Any:
    form = forms.RevisitForm(data, channel="phone")
    form.channel.choices = _spoken(pack)
    scale = list(enumerate(pack.settings.satisfaction, start=1))
    form.satisfaction.choices = choices({str(score): f"{score} {word}" for score, word in reversed(scale)})
    return form


def _hand_over(reception: Reception, pack: Pack, data: Any) -> Any:
    form = forms.HandOverForm(data)
    others = {str(each.id): each.name for each in present(*WRITE) if each.id != reception.owner_id}
    form.to.choices = choices(others, "请选择")
    return form


def _person(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


@dataclass(frozen=True)
class Verb:
    """One form: in which states it is offered, how it is built, what it does."""

    title: str
    button: str
    states: tuple[str, ...]
    make: MAKE
    run: RUN
    message: str


ANY = (OPEN, HANDLED, FED_BACK)
VERBS: dict[str, Verb] = {
    "handling": Verb(
        "登记处理", "保存处理结果", (OPEN,), _handle,
        lambda key, f, v, by: actions.handle(key, words=f.words.data, channel=f.channel.data or "", version=v, by=by),
        "已登记处理",
    ),
    "feedback": Verb(
        "反馈客户", "保存反馈", (HANDLED,), _feed_back,
        lambda key, f, v, by: actions.feed_back(
            key, words=f.words.data or "", channel=f.channel.data, version=v, by=by
        ),
        "已登记反馈，接下来回访",
    ),
    "revisit": Verb(
        "回访", "保存回访", (FED_BACK,), _revisit,
        lambda key, f, v, by: actions.revisit(
            key, words=f.words.data, channel=f.channel.data, satisfaction=whole(f.satisfaction.data),
            settled=not f.unsettled.data, version=v, by=by,
        ),
        "已记录回访",
    ),
    "expectation": Verb(
        "告知预计时间", "保存预计时间", (OPEN,), _expect,
        lambda key, f, v, by: actions.expect(
            key, expected_at=f.moment, channel=f.channel.data, words=f.words.data or "", version=v, by=by
        ),
        "已记录预计时间",
    ),
    "escalation": Verb(
        "上报", "上报", ANY, _escalate,
        lambda key, f, v, by: actions.escalate(key, role=f.role.data, words=f.words.data, version=v, by=by),
        "已上报，对方会收到提醒",
    ),
    "notes": Verb(
        "记录跟进", "保存跟进", ANY, lambda r, p, d: forms.NoteForm(d),
        lambda key, f, v, by: actions.note(key, words=f.words.data, version=v, by=by),
        "已记录跟进",
    ),
    "owner": Verb(
        "转给同事", "转给", ANY, _hand_over,
        lambda key, f, v, by: actions.hand_over(key, to=_person(f.to.data or ""), version=v, by=by),
        "已转给同事跟进",
    ),
}  # fmt: skip
ADDRESS = f"/<uuid:id>/<any({', '.join(VERBS)}):verb>"
HINTS = {
    "handling.channel": "已经告诉客户的，选方式，省去一步。",
    "expectation.expected_at": "告诉客户的时间；更久的先上报。",
    "owner.to": "转出后由对方跟进到回访。",
}


@blueprint.get("/<uuid:id>")
@allow(*SHOW)
def show(id: UUID) -> Any:
    """What was said, what was done, and the form of the next step."""
    reception = _found(id)
    return _drawn(reception, next(iter(_offered(reception)), ""))


@blueprint.post(ADDRESS)
@allow(*WRITE)
@once
def take(id: UUID, verb: str) -> Any:
    """Take the step; 422 with what to change, 409 when somebody was faster."""
    reception, doing = _found(id), VERBS[verb]
    form = doing.make(reception, rules(), request.form)
    status = 422
    if form.validate():
        try:
            doing.run(id, form, version_of(request.form), current_actor())
            return done(url_for("receptions.show", id=id), doing.message)
        except Problem as problem:
            db.session.rollback()
            reception = _found(id)
            status = 409 if isinstance(problem, Conflict) else 422
            blame(form, problem)
    return _drawn(reception, verb, form, status)


@blueprint.get(ADDRESS)
@allow(*SHOW)
def form(id: UUID, verb: str) -> Any:
    """The same page with the form of another step, when that is open."""
    reception = _found(id)
    return _drawn(reception, verb if verb in _offered(reception) else "")


def _found(key: UUID) -> Reception:
    return queries.find(key) or abort(404)


def _offered(reception: Reception) -> dict[str, Verb]:
    if not current_actor().has(*WRITE):
        return {}
    return {name: verb for name, verb in VERBS.items() if reception.state in verb.states}


def _at(reception: Reception, verb: str) -> str:
    return url_for("receptions.form", id=reception.id, verb=verb)


def _drawn(reception: Reception, verb: str, form: Any = None, status: int = 200) -> Any:
    pack, doing = rules(), VERBS.get(verb)
    if doing is not None and form is None:
        form = doing.make(reception, pack, None)
    offered = _offered(reception)
    return page(
        "receptions/show.html", block="act", status=status, reception=reception, contact=reception.contact, rules=pack,
        chips=[(each.title, _at(reception, name), name == verb) for name, each in offered.items()],
        case=case_of(reception.contact), offered=offered, verb=verb, doing=doing, form=form,
        STATES=STATES, STEPS=STEPS, hints=HINTS,
        clash=next(iter(timeline(reception, 1)), None) if status == 409 else None,
    )  # fmt: skip
