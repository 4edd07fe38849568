"""The steps of a reception as forms: when each is offered, how it is built, what it does (C2, C3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from saas import clock
from saas.identity import Actor
from saas.policy.pack import Pack
from saas.tenancy.staff import present
from saas.web.typed import choices, chosen, graded, minute, whole
from tenants.contacts.access import WRITE
from tenants.receptions import actions, forms
from tenants.receptions.models import FED_BACK, HANDLED, OPEN, Reception

MAKE = Callable[[Reception, Pack, Any], Any]
RUN = Callable[[UUID, Any, int, Actor], Any]


def _spoken(pack: Pack) -> list[Any]:
    return choices(pack.channels)


def _expect(reception: Reception, pack: Pack, data: Any) -> Any:
    soon = clock.now() + timedelta(hours=pack.settings.expected_hours[1])
    form = forms.ExpectForm(data, expected_at=minute(soon), channel=reception.contact.channel)
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
    form.satisfaction.choices = graded(pack.settings.satisfaction)
    return form


def _hand_over(reception: Reception, pack: Pack, data: Any) -> Any:
    form = forms.HandOverForm(data)
    others = {str(each.id): each.name for each in present(*WRITE) if each.id != reception.owner_id}
    form.to.choices = choices(others, "请选择")
    return form


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
        lambda key, f, v, by: actions.hand_over(key, to=chosen(f.to.data or ""), version=v, by=by),
        "已转给同事跟进",
    ),
}  # fmt: skip
HINTS = {
    "handling.channel": "已经告诉客户的，选方式，省去一步。",
    "expectation.expected_at": "告诉客户的时间；更久的先上报。",
    "owner.to": "转出后由对方跟进到回访。",
}
