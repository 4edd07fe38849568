"""客户沟通记录: the register of every contact, and its printed form XRWY-KF-12 (C1, C2)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request, url_for

from saas import clock
from saas.documents import actions as documents
from saas.identity import allow, current_actor, current_pack
from saas.problem import Problem
from saas.sheets.cells import line
from saas.web import done, once, page, typed
from saas.web.paging import here, paging
from saas.web.reveals import revealed
from saas.web.shell import NavItem
from tenants.contacts import actions, queries
from tenants.contacts.access import SHOW, WRITE
from tenants.contacts.actions import record_contact
from tenants.contacts.forms import ContactForm
from tenants.contacts.models import Contact
from tenants.customers import queries as customers
from tenants.customers.access import REVEAL
from tenants.customers.history import Touch

SHEET = "contact_form"  # the name under which the PDF worker knows it
ICONS = {"phone": "phone", "in_person": "users-round", "letter": "mail", "email": "mail", "interview": "calendar-check"}

blueprint = Blueprint("contacts", __name__, url_prefix="/<company>/<project>/contacts")
NAV = (NavItem("客户沟通", "沟通记录", "phone", "contacts.index", key="j", order=50),)


def touches(unit_id: UUID, customer_ids: Sequence[UUID], limit: int) -> list[Touch]:
    """The contacts in the history of a household."""
    rules = current_pack()
    return [
        Touch(
            each.occurred_at, each.recorded_by_name, rules.channels.get(each.channel, each.channel), each.summary,
            (rules.request_kinds.get(each.request_kind, ""), each.customer.name if each.customer else each.reporter),
            icon=ICONS.get(each.channel, "info"), href=url_for("contacts.show", contact_id=each.id),
        )
        for each in queries.of_household(unit_id, customer_ids, limit)
    ]  # fmt: skip


blueprint.record_once(lambda state: state.app.extensions.setdefault("touches", []).append(touches))


@blueprint.get("")
@allow(*SHOW)
def index() -> Any:
    """The register, newest first."""
    rules, at = current_pack(), paging()
    q, channel, kind, who = (line(request.args.get(name, "")) for name in ("q", "channel", "kind", "by"))
    wanted = queries.Wanted(q, channel, kind, who, _day("since"), _day("until"))
    rows, total = queries.contacts(wanted, offset=at.offset, limit=at.size)
    return page(
        "contacts/index.html", block="results", contacts=rows, total=total, wanted=wanted, paging=at, here=here,
        channels=[("", "全部方式"), *rules.channels.items()], kinds=[("", "全部类别"), *rules.request_kinds.items()],
        people=[("", "全部记录人"), *((n, n) for n in queries.recorders())], icons=ICONS,
        may_write=current_actor().has(*WRITE), anything=total or wanted != queries.Wanted(), rules=rules,
    )  # fmt: skip


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


@blueprint.get("/new")
@allow(*WRITE)
def new() -> Any:
    """A form for a contact; `?who=` names the household, `?q=` searches one without script."""
    now = clock.local(clock.now()).replace(second=0, microsecond=0, tzinfo=None)
    form = ContactForm.by(current_pack(), channel="phone", occurred_at=now)
    return _form(form, request.args)


@blueprint.post("")
@allow(*WRITE)
@once
def create() -> Any:
    """Record a contact (C1)."""
    rules = current_pack()
    form = ContactForm.by(rules, request.form)
    hit = customers.picked(request.form.get("who", ""))
    searched = line(request.form.get("q", ""))
    if not form.validate():
        return _form(form, request.form, 422)
    if searched and hit is None:  # typed a room without choosing: without script the choices come now
        form.form_errors.append("请在“房号或住户”下面选一位，或清空它")
        return _form(form, request.form, 422)
    try:
        made = record_contact(
            **form.facts(), by=current_actor(), pack=rules, unit_id=hit.unit_id if hit else None,
            customer_id=hit.customer_id if hit else None,
        )  # fmt: skip
    except Problem as problem:
        return _form(typed.blame(form, problem), request.form, 422)
    return done(url_for("contacts.show", contact_id=made.id), f"已记录 {made.number}")


def _form(form: ContactForm, source: Any, status: int = 200) -> Any:
    hit, q = customers.picked(source.get("who", "")), line(source.get("q", ""))
    hits = customers.search(q) if q else []
    if hit and hit.value not in [each.value for each in hits]:
        household = customers.search(hit.label) if hit.customer_id is None else [hit]
        hits = household or [hit]
    return page(
        "contacts/new.html", block="contact_form", status=status, form=form, hits=hits,
        q=q or (hit.label if hit else ""), chosen=hit.value if hit else "",
    )  # fmt: skip


@blueprint.get("/<uuid:contact_id>")
@allow(*SHOW)
def show(contact_id: UUID) -> Any:
    """One contact."""
    contact = _contact(contact_id)
    return page(
        "contacts/show.html", contact=contact, rules=current_pack(), icons=ICONS,
        may_reveal=current_actor().has(*REVEAL) and bool(actions.passages(contact)),
    )  # fmt: skip


@blueprint.post("/<uuid:contact_id>/reveals")
@allow(*REVEAL)
def reveal(contact_id: UUID) -> Any:
    """The numbers in the text, shown once; looking is an event with its reason (B10)."""
    contact, by = _contact(contact_id), current_actor()
    home = url_for("contacts.show", contact_id=contact_id)
    crumbs = [("沟通记录", url_for("contacts.index")), (contact.number, home), ("完整号码", None)]
    return revealed(
        f"{contact.number} 的完整号码", crumbs, str(contact_id),
        lambda reason: actions.reveal(contact, reason=reason, by=by),
    )  # fmt: skip


@blueprint.post("/<uuid:contact_id>/sheet")
@allow(*SHOW)
@once
def sheet(contact_id: UUID) -> Any:
    """Ask for the printed form XRWY-KF-12; a worker renders it."""
    contact, title = _contact(contact_id), "客户沟通记录表"
    document = documents.ask_for(SHEET, contact, f"{contact.number} {title}", readers=SHOW, by=current_actor())
    return done(url_for("documents.show", id=document.id))


def _contact(key: UUID) -> Contact:
    return queries.contact(key) or abort(404)
