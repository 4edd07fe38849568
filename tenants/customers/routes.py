"""客户档案: households, the people in them, and every touch (B1, B2, B5, B10)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, request, url_for

from saas import clock
from saas.db import db
from saas.events import timeline
from saas.identity import allow, current_actor, current_pack
from saas.problem import Conflict, Problem
from saas.sheets.cells import line
from saas.web import done, downloads, once, page, typed
from saas.web.paging import here, paging
from saas.web.reveals import revealed
from saas.web.shell import NavItem
from tenants.customers import access, actions, exports, queries
from tenants.customers.forms import CM2, PersonForm, UnitForm
from tenants.customers.history import Source, history
from tenants.customers.models import OCCUPANCY, RELATIONS, Customer, Residency, Unit
from tenants.customers.stages import stage

blueprint = Blueprint("customers", __name__, url_prefix="/<company>/<project>/customers")
NAV = (NavItem("客户沟通", "客户档案", "book-user", "customers.index", key="k", order=60),)


def today() -> Any:
    """Today in China."""
    return clock.local(clock.now()).date()


def sources() -> Sequence[Source]:
    """What the slices above add to the history of a household."""
    found: Sequence[Source] = current_app.extensions.get("touches", ())
    return found


@blueprint.get("")
@allow(*access.READ)
def index() -> Any:
    """The households, filtered and paged."""
    wanted, at = _wanted(), paging()
    units, total = queries.households(wanted, today=today(), pack=current_pack(), offset=at.offset, limit=at.size)
    stewards = [(str(s.id), s.name) for s in queries.stewards()]
    actor = current_actor()
    return page(
        "customers/index.html", block="results", units=units, total=total, wanted=wanted, paging=at, here=here,
        stage_of=lambda unit: stage(unit.handed_over_on, today(), current_pack()), OCCUPANCY=OCCUPANCY,
        RELATIONS=RELATIONS,
        buildings=[("", "全部楼栋"), *((name, name) for name in queries.buildings())],
        occupancies=[("", "全部状态"), *OCCUPANCY.items()],
        stages=[("", "全部阶段"), *((code, s.label) for code, s in current_pack().stages.items())],
        stewards=[("", "全部管家"), *stewards, ("none", "未分配")], may_write=actor.has(*access.WRITE),
        may_export=actor.has(*access.EXPORT), may_export_full=actor.has(*access.EXPORT_FULL),
        export_url=url_for("customers.export", **asdict(wanted)), anything=total or wanted != queries.Wanted(),
    )  # fmt: skip


def _wanted() -> queries.Wanted:
    return queries.Wanted(*(line(request.args.get(name, "")) for name in queries.Wanted.__dataclass_fields__))


@blueprint.get("/pick")
@allow()
def pick() -> Any:
    """Choices for a form that asks for a household or person: a fragment of radio buttons."""
    q = request.args.get("q") or request.args.get("room", "")
    return page("customers/_pick.html", hits=queries.search(q), q=line(q), chosen="")


@blueprint.post("/exports")
@allow(*access.EXPORT)
def export() -> Any:
    """The roster as .xlsx; taking it is an event."""
    data = exports.export(
        _wanted(), reason=line(request.form.get("reason", "")), full=request.form.get("full") == "1", today=today(),
        pack=current_pack(), by=current_actor(),
    )  # fmt: skip
    db.session.commit()
    name = f"roster-{today():%Y%m%d}.xlsx"
    return downloads.workbook(data, name)


@blueprint.get("/new")
@allow(*access.WRITE)
def new() -> Any:
    """A form for a new household."""
    return _unit_page(_unit_form())


@blueprint.post("")
@allow(*access.WRITE)
@once
def create() -> Any:
    """File a household."""
    form = _unit_form(request.form)
    if not form.validate():
        return _unit_page(form, status=422)
    try:
        unit = actions.register_unit(**form.facts(), by=current_actor())
    except Problem as problem:
        return _unit_page(typed.blame(form, problem), status=422)
    return done(url_for("customers.show", unit_id=unit.id), f"已建档 {unit.label}")


@blueprint.get("/<uuid:unit_id>")
@allow(*access.READ)
def show(unit_id: UUID) -> Any:
    """The dossier of a household."""
    unit = _household(unit_id)
    limit = 200 if request.args.get("all") else 20
    actor = current_actor()
    return page(
        "customers/show.html", unit=unit, stage=stage(unit.handed_over_on, today(), current_pack()),
        OCCUPANCY=OCCUPANCY, RELATIONS=RELATIONS, living=[s for s in unit.residencies if s.until is None],
        gone=[s for s in unit.residencies if s.until is not None], touches=history(unit, sources(), limit), limit=limit,
        may_write=actor.has(*access.WRITE), may_reveal=actor.has(*access.REVEAL),
        channels=current_pack().channels, CM2=CM2,
    )  # fmt: skip


@blueprint.get("/<uuid:unit_id>/edit")
@allow(*access.WRITE)
def edit(unit_id: UUID) -> Any:
    """A form to change a household."""
    unit = _household(unit_id)
    return _unit_page(_unit_form(unit=unit), unit)


@blueprint.post("/<uuid:unit_id>")
@allow(*access.WRITE)
@once
def update(unit_id: UUID) -> Any:
    """Change a household; 409 when somebody else was first."""
    unit = _household(unit_id)
    form = _unit_form(request.form, unit)
    if not form.validate():
        return _unit_page(form, unit, status=422)
    try:
        actions.change_unit(unit_id, version=typed.version(request.form), by=current_actor(), **form.facts())
    except Conflict:
        return _unit_page(form, unit, status=409)
    except Problem as problem:
        return _unit_page(typed.blame(form, problem), unit, status=422)
    return done(url_for("customers.show", unit_id=unit_id), "已保存修改")


@blueprint.get("/<uuid:unit_id>/people/new")
@allow(*access.WRITE)
def new_person(unit_id: UUID) -> Any:
    """A form for a new person in the household."""
    return _person_page(PersonForm(), _household(unit_id))


@blueprint.post("/<uuid:unit_id>/people")
@allow(*access.WRITE)
@once
def create_person(unit_id: UUID) -> Any:
    """File a person."""
    unit, form = _household(unit_id), PersonForm(request.form)
    if not form.validate():
        return _person_page(form, unit, status=422)
    try:
        customer = actions.register_customer(unit_id=unit_id, by=current_actor(), **form.facts())
    except Problem as problem:
        return _person_page(typed.blame(form, problem), unit, status=422)
    return done(url_for("customers.show", unit_id=unit_id), f"已登记 {customer.name}")


@blueprint.get("/<uuid:unit_id>/people/<uuid:customer_id>/edit")
@allow(*access.WRITE)
def edit_person(unit_id: UUID, customer_id: UUID) -> Any:
    """A form to change a person; phones and mail are not filled in (B10)."""
    stay = _stay(unit_id, customer_id)
    who = stay.customer
    form = PersonForm(
        data={"name": who.name, "relation": stay.relation, "preferred_channel": who.preferred_channel, "note": who.note}
    )
    return _person_page(form, stay.unit, stay)


@blueprint.post("/<uuid:unit_id>/people/<uuid:customer_id>")
@allow(*access.WRITE)
@once
def update_person(unit_id: UUID, customer_id: UUID) -> Any:
    """Change a person; 409 when somebody else was first."""
    stay, form = _stay(unit_id, customer_id), PersonForm(request.form)
    if not form.validate():
        return _person_page(form, stay.unit, stay, status=422)
    try:
        actions.change_customer(stay, version=typed.version(request.form), by=current_actor(), **form.changes())
    except Conflict:
        return _person_page(form, stay.unit, stay, status=409)
    except Problem as problem:
        return _person_page(typed.blame(form, problem), stay.unit, stay, status=422)
    return done(url_for("customers.show", unit_id=unit_id), "已保存修改")


@blueprint.post("/<uuid:unit_id>/people/<uuid:customer_id>/departure")
@allow(*access.WRITE)
@once
def depart(unit_id: UUID, customer_id: UUID) -> Any:
    """Note that a person has moved out."""
    stay = _stay(unit_id, customer_id)
    actions.move_out(stay, by=current_actor())
    return done(url_for("customers.show", unit_id=unit_id), f"已登记 {stay.customer.name} 搬离")


@blueprint.post("/<uuid:unit_id>/people/<uuid:customer_id>/reveals")
@allow(*access.REVEAL)
def reveal(unit_id: UUID, customer_id: UUID) -> Any:
    """The full numbers, shown once; looking is an event with its reason (B10)."""
    stay = _stay(unit_id, customer_id)
    home = url_for("customers.show", unit_id=unit_id)
    crumbs = [("客户档案", url_for("customers.index")), (stay.unit.label, home), ("完整号码", None)]
    return revealed(
        f"{stay.customer.name}的完整号码", crumbs, str(customer_id),
        lambda reason: [("", each) for each in actions.reveal(stay.customer, reason=reason, by=current_actor())],
    )  # fmt: skip


def _household(unit_id: UUID) -> Unit:
    return queries.household(unit_id) or abort(404)


def _stay(unit_id: UUID, customer_id: UUID) -> Residency:
    return queries.residency(unit_id, customer_id) or abort(404)


def _unit_form(given: Any = None, unit: Unit | None = None) -> UnitForm:
    form = UnitForm(given)
    also = [unit.steward_id] if unit and unit.steward_id else []
    form.steward_id.choices = typed.choices({str(s.id): s.name for s in queries.stewards(also=also)}, "未分配")
    if given is None and unit is not None:
        form.process(
            data={
                "label": unit.label,
                "occupancy": unit.occupancy,
                "handed_over_on": unit.handed_over_on,
                "steward_id": str(unit.steward_id or ""),
                "area": f"{unit.area_cm2 / CM2:g}" if unit.area_cm2 else "",
                "note": unit.note,
            }
        )
    return form


def _unit_page(form: UnitForm, unit: Unit | None = None, status: int = 200) -> Any:
    return page(
        "customers/unit.html", block="unit_form", status=status, form=form, unit=unit, clash=_clash(unit, status),
        version=typed.version(request.form) if status != 200 else (unit.version if unit else None),
    )  # fmt: skip


def _person_page(form: PersonForm, unit: Unit, stay: Residency | None = None, status: int = 200) -> Any:
    who = stay.customer if stay else None
    return page(
        "customers/person.html", block="person_form", status=status, form=form, unit=unit, stay=stay, who=who,
        clash=_clash(who, status),
        version=typed.version(request.form) if status != 200 else (who.version if who else None),
    )  # fmt: skip


def _clash(subject: Unit | Customer | None, status: int) -> Any:
    """The event of whoever was first, for the message of a conflict."""
    return next(iter(timeline(subject, 1)), None) if subject is not None and status == 409 else None
