"""List, work order, card."""

from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas.db import db
from saas.documents import actions as documents
from saas.events import timeline
from saas.identity import allow, current_actor, current_pack
from saas.pictures.actions import photos_of
from saas.policy.here import pack_on
from saas.problem import Problem
from saas.web import done, once, page
from saas.web.reveals import revealed
from saas.web.typed import aware, blame, chosen, clean
from tenants.customers import queries as customers
from tenants.repairs import actions, course, progress, queries, states
from tenants.repairs.access import ASSIGNERS, ORDERERS, READERS, REGISTRARS, REVEALERS, WORKERS, bulk_verbs, works_on
from tenants.repairs.forms import NewForm, PhotoForm
from tenants.repairs.history import told
from tenants.repairs.models import Repair
from tenants.repairs.revealing import passages
from tenants.repairs.revealing import reveal as look
from tenants.repairs.routes import blueprint
from tenants.repairs.routes.bulk import MANY
from tenants.repairs.rules import rules_of
from tenants.repairs.wanted import Wanted

SHEET = "repair_form"  # the name under which the PDF worker knows it


def found(repair_id: UUID) -> Repair:
    """The repair, or 404 (also for another tenant's)."""
    return queries.find(repair_id) or abort(404)


@blueprint.get("/repairs/")
@allow(READERS)
def index() -> Any:
    """All repairs: filtered, searched, paged, all of it in the address."""
    wanted, actor, rules = Wanted.read(request.args), current_actor(), current_pack()
    shown = queries.listing(wanted, actor)
    here = url_for("repairs.index")

    def at(**changes: Any) -> str:
        return here + wanted.changed(**changes)

    return page(
        "repairs/index.html", block="results", wanted=wanted, shown=shown, at=at, pack=rules, states=states,
        rules=rules_of(rules), may_order=actor.has(*ORDERERS(rules)), may_assign=actor.has(*ASSIGNERS(rules)),
        may_register=actor.has(*REGISTRARS(rules)), works=actor.has(*WORKERS(rules)),
        bulk=[(verb, MANY.acts[verb].title) for verb in bulk_verbs(actor, rules)],
    )  # fmt: skip


@blueprint.get("/repairs/new")
@allow(ORDERERS)
def new() -> Any:
    """An empty order; with `?rework=` for what did not pass, with `?who=` for a household."""
    rules = current_pack()
    before = chosen(request.args.get("rework"))
    repair = queries.find(before) if before else None
    known: dict[str, Any] = {}
    hits = None
    if repair is not None:
        known = {
            "fault": f"返修：{repair.fault}"[:120], "skill": repair.skill, "rework_of": str(repair.id),
            "room": repair.room, "reporter": repair.reporter, "common_area": repair.common_area,
        }  # fmt: skip
        who = f"{repair.unit_id}:{repair.customer_id}" if repair.customer_id else str(repair.unit_id or "")
    else:
        who = clean(request.args.get("who", ""))[:80]
    if hit := customers.picked(who):
        known["party"], hits = hit.value, [hit]
    return page("repairs/new.html", form=NewForm.make(None, rules, **known), hits=hits, rules=rules_of(rules))


@blueprint.get("/repairs/people")
@allow(ORDERERS)
def seek() -> Any:
    """Households and people for the search box of the order; a fragment of the form."""
    q, rules = clean(request.args.get("q", "")), current_pack()
    return page(
        "repairs/new.html", block="people", form=NewForm.make(None, rules), hits=customers.search(q), searched=q,
        rules=rules_of(rules),
    )  # fmt: skip


@blueprint.post("/repairs/")
@allow(ORDERERS)
@once
def create() -> Any:
    """Write the order, or answer the form again: 422 with what to change, 200 with the people found (no script)."""
    rules = current_pack()
    form = NewForm.make(request.form, rules)
    if "find" in request.form:
        people = customers.search(form.q.data or "")
        return page("repairs/new.html", form=form, hits=people, searched=form.q.data, rules=rules_of(rules))
    hit = customers.picked(form.party.data or "")
    if form.validate():
        try:
            repair = actions.order(_written(form, hit), by=current_actor())
            return done(url_for("repairs.show", id=repair.id), f"已开维修单 {repair.number}")
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    hits = [hit] if hit else customers.search(form.q.data) if form.q.data else None
    return page("repairs/new.html", block="card", status=422, form=form, hits=hits, rules=rules_of(rules))


def _written(form: NewForm, hit: Any) -> actions.NewRepair:
    return actions.NewRepair(
        fault=form.fault.data or "", detail=form.detail.data or "", skill=form.skill.data, urgency=form.urgency.data,
        source=form.source.data, channel=form.channel.data, unit_id=hit.unit_id if hit else None,
        customer_id=hit.customer_id if hit else None, room=form.room.data or "", reporter=form.reporter.data or "",
        phone=form.phone.data or "", common_area=bool(form.common_area.data),
        appointed_from=aware(form.begins.data), appointed_to=aware(form.ends.data),
        rework_of=chosen(form.rework_of.data),
    )  # fmt: skip


@blueprint.get("/repairs/<uuid:id>")
@allow(READERS)
def show(id: UUID) -> Any:
    """The order with its clocks, fees, course, people and what may be done next."""
    return card(found(id))


def card(repair: Repair, photo_form: PhotoForm | None = None, status: int = 200) -> Any:
    """The page of the order; with a form, as the answer to photos that could not be taken."""
    actor, rules = current_actor(), pack_on(repair.ordered_at)
    known = course.facts(repair)
    photos = {str(photo.id): photo for photo in photos_of(repair)}
    photographs = works_on(repair, actor, rules) and repair.state != states.CANCELLED
    waiting = next((each for each in known.helps if each.approval.state == "pending"), None)
    return page(
        "repairs/show.html", status=status, repair=repair, pack=rules, rules=rules_of(rules), facts=known,
        bar=progress.bar(repair, known, rules), entries=told(timeline(repair), rules), photos=photos,
        clauses=course.clause_marks(repair, known, rules), next=course.next_steps(repair, known, actor, rules),
        asked=waiting, decides=waiting is not None and course.decides(waiting.approval, actor),
        goes=actor.id is not None and actor.id == repair.technician_id, photo_form=photo_form or PhotoForm(),
        may_photograph=photographs, reworks=queries.reworks(repair),
        before=queries.find(repair.rework_of) if repair.rework_of else None,
        may_reveal=actor.has(*REVEALERS(rules)) and bool(passages(repair)), may_order=actor.has(*ORDERERS(rules)),
    )  # fmt: skip


@blueprint.post("/repairs/<uuid:id>/sheet")
@allow(READERS)
@once
def sheet(id: UUID) -> Any:
    """Ask for the printed 维修单 in its copies; a worker renders it."""
    repair, rules = found(id), current_pack()
    document = documents.ask_for(SHEET, repair, f"{repair.number} 维修单", readers=READERS(rules), by=current_actor())
    return done(url_for("documents.show", id=document.id))


@blueprint.post("/repairs/<uuid:id>/reveals")
@allow(REVEALERS)
def reveal(id: UUID) -> Any:
    """The numbers of the order in full, shown once; looking is an event with its reason (B10)."""
    repair, by = found(id), current_actor()
    home = url_for("repairs.show", id=id)
    crumbs = [("报修", url_for("repairs.index")), (repair.number, home), ("完整号码", None)]
    return revealed(f"{repair.number} 的完整号码", crumbs, str(id), lambda reason: look(repair, reason=reason, by=by))
