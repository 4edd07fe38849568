"""List, registration, card."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas.db import db
from saas.documents import actions as documents
from saas.events import timeline
from saas.identity import allow, current_actor, current_pack
from saas.pictures import Picture
from saas.pictures.actions import photos_of
from saas.pictures.models import Photo
from saas.policy.here import pack_on
from saas.problem import Problem
from saas.tenancy.staff import present
from saas.web import done, once, page
from saas.web.page import wants_part
from saas.web.pictures import ask_again, uploaded
from saas.web.reveals import revealed
from saas.web.typed import aware, blame, chosen, clean
from tenants.complaints import actions, course, queries, states
from tenants.complaints.access import READERS, REGISTRARS, answerers, answers, bulk_verbs, not_accused
from tenants.complaints.alarms.queries import open_alarms
from tenants.complaints.forms import NewForm, PhotoForm
from tenants.complaints.history import told
from tenants.complaints.models import Complaint
from tenants.complaints.origin import PastComplaint
from tenants.complaints.past import past
from tenants.complaints.queries import Wanted
from tenants.complaints.repeats.suggesting import alike_to
from tenants.complaints.revealing import passages
from tenants.complaints.revealing import reveal as look
from tenants.complaints.routes import blueprint
from tenants.complaints.routes.bulk import MANY
from tenants.customers import queries as customers

SHEET = "complaint_form"  # the name under which the PDF worker knows it


def found(complaint_id: UUID) -> Complaint:
    """The complaint, or 404 (also for another tenant's)."""
    return queries.find(complaint_id) or abort(404)


@blueprint.get("/complaints/")
@allow(READERS)
def index() -> Any:
    """The register (D1): filtered, searched, paged, all of it in the address."""
    wanted = Wanted.read(request.args)
    actor, rules = current_actor(), current_pack()
    shown = queries.listing(wanted, actor)
    here = url_for("complaints.index")

    def at(**changes: Any) -> str:
        return here + wanted.changed(**changes)

    return page(
        "complaints/index.html", block="results", wanted=wanted, shown=shown, at=at, pack=rules, states=states,
        alarms=0 if wants_part() else open_alarms(),
        bulk=[(verb, MANY.acts[verb].title) for verb in bulk_verbs(actor, rules)],
        may_register=actor.has(*rules.complaint_roles.registrars),
        may_open_doors=actor.has(*rules.complaint_roles.doorkeepers),
    )  # fmt: skip


@blueprint.get("/complaints/new")
@allow(REGISTRARS)
def new() -> Any:
    """An empty card."""
    form = NewForm.make(None, current_pack(), present())
    return page("complaints/new.html", form=form, hits=None)


@blueprint.get("/complaints/people")
@allow(REGISTRARS)
def people() -> Any:
    """Households and people for the search box of the card; a fragment of the form."""
    q = clean(request.args.get("q", ""))
    form = NewForm.make(None, current_pack(), [])
    return page("complaints/new.html", block="people", form=form, hits=customers.search(q), searched=q)


@blueprint.post("/complaints/")
@allow(REGISTRARS)
@once
def create() -> Any:
    """Register, or answer the form again: 422 with what to change, 200 with the people found (without script)."""
    form = NewForm.make(request.form, current_pack(), present())
    if "find" in request.form:
        ask_again(form)
        return page("complaints/new.html", form=form, hits=customers.search(form.q.data or ""), searched=form.q.data)
    hit = customers.picked(form.party.data or "") if not form.anonymous.data else None
    if form.validate():
        try:
            complaint = actions.register(_written(form, hit, uploaded("pictures")), by=current_actor())
            return done(url_for("complaints.show", id=complaint.id), f"已登记 {complaint.number}")
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    ask_again(form)
    hits = [hit] if hit else customers.search(form.q.data) if form.q.data else None
    return page("complaints/new.html", block="card", status=422, form=form, hits=hits)


def _written(form: NewForm, hit: Any, photos: Sequence[Picture]) -> actions.NewComplaint:
    return actions.NewComplaint(
        subject=form.subject.data or "", body=form.body.data or "", category=form.category.data,
        source=form.source.data, channel=form.channel.data, demand=form.demand.data or "",
        unit_id=hit.unit_id if hit else None, customer_id=hit.customer_id if hit else None,
        room=form.room.data or "", reporter=form.reporter.data or "", phone=form.phone.data or "",
        email=form.email.data or "", anonymous=bool(form.anonymous.data),
        complained_about=chosen(form.complained_about.data), received_at=aware(form.received_at.data),
        pictures=photos,
    )  # fmt: skip


@blueprint.get("/complaints/<uuid:id>")
@allow(READERS)
def show(id: UUID) -> Any:
    """The card with its clocks, course, people and what may be done next."""
    return shown(found(id))


def shown(complaint: Complaint, photo_form: PhotoForm | None = None, status: int = 200) -> Any:
    """The page of the card; with a form, as the answer to photos that could not be taken."""
    actor, pack = current_actor(), pack_on(complaint.received_at)
    known = course.facts(complaint)
    pause = known.pause
    events, origin = timeline(complaint), past(complaint) if PastComplaint in known.there else None
    may_reveal = answers(complaint, actor, pack) and actor.id != complaint.complained_about
    seen = Photo in known.there and actor.id != complaint.complained_about  # D4
    photos = photos_of(complaint) if seen else []
    offered = course.next_steps(complaint, known, pause, actor, pack)
    return page(
        "complaints/show.html", status=status, complaint=complaint, pack=pack, states=states, facts=known, pause=pause,
        photos={str(photo.id): photo for photo in photos}, photo_form=photo_form or PhotoForm(),
        bar=course.bar(complaint, pack, pause), late=course.late_tag(complaint, pack, pause),
        asked_approval=course.asked(known),
        entries=told(events, pack), clauses=course.clause_marks(complaint, pack, known, pause),
        next=offered, suggested=alike_to(complaint, pack) if "link" in offered else [],
        level=pack.severities[complaint.severity],
        letters=course.letters(complaint, known), origin=origin,
        may_reveal=may_reveal and bool(passages(complaint, origin, events, pack)),
    )  # fmt: skip


@blueprint.post("/complaints/<uuid:id>/sheet")
@allow(READERS)
@once
def sheet(id: UUID) -> Any:
    """Ask for the printed handling form 投诉处理单; a worker renders it."""
    complaint, readers = found(id), current_pack().complaint_roles.readers
    not_accused(complaint, current_actor())
    document = documents.ask_for(
        SHEET, complaint, f"{complaint.number} 投诉处理单", readers=readers, barred=complaint.barred, by=current_actor()
    )
    return done(url_for("documents.show", id=document.id))


@blueprint.post("/complaints/<uuid:id>/reveals")
@allow(answerers)
def reveal(id: UUID) -> Any:
    """The numbers of the case in full, shown once; looking is an event with its reason (B10)."""
    complaint, by = found(id), current_actor()
    home = url_for("complaints.show", id=id)
    crumbs = [("投诉", url_for("complaints.index")), (complaint.number, home), ("完整号码", None)]
    return revealed(
        f"{complaint.number} 的完整号码", crumbs, str(id),
        lambda reason: look(complaint, reason=reason, by=by),
    )  # fmt: skip
