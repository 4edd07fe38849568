"""接待登记: find the household, write one sentence, say what it is (C1, C2). Works by GET alone, and on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, current_app, request, url_for

from saas import clock
from saas.db import db
from saas.identity import allow, current_actor, current_pack
from saas.problem import Problem
from saas.sheets.cells import line
from saas.web import done, once, page
from saas.web.typed import blame
from tenants.contacts.access import WRITE
from tenants.customers import queries as customers
from tenants.customers.history import Touch, history
from tenants.customers.models import OCCUPANCY, RELATIONS, Unit
from tenants.customers.queries import Hit
from tenants.customers.stages import stage
from tenants.receptions import actions, queries
from tenants.receptions.actions.receiving import COMPLAINT, REPAIR
from tenants.receptions.cases import Open, case_of
from tenants.receptions.forms import ReceptionForm
from tenants.receptions.routes import blueprint

CHOOSE = "请在查到的住户里选一位；不在名册里的，请清空查找框，写下姓名和电话"
UNKNOWN = "名册里没有这一户：请改正查找框里的内容；不在名册里的，请清空查找框，或在下面写下房号或地点"
TOUCHES = 4  # of the history: enough to see what it may be about


@dataclass(frozen=True)
class Found:
    """What a search led to: households to choose from, or the one that was meant with what is open there."""

    q: str
    hits: Sequence[Hit] = ()
    unit: Unit | None = None
    people: Sequence[Hit] = ()
    chosen: str = ""
    touches: Sequence[Touch] = ()
    matters: Sequence[Open] = ()

    @property
    def nothing(self) -> bool:
        """Something was looked for and is not there."""
        return bool(self.q and not self.hits and self.unit is None)


def found(q: str, unit: str = "", who: str = "") -> Found:
    """The households that fit `q`, one of each; a single one, or the one of `unit` or `who`, with its matters."""
    hits = customers.search(q) if q else []
    picked = customers.picked(who) or customers.picked(unit)
    homes = {hit.unit_id: hit for hit in reversed(hits)}
    here = picked.unit_id if picked else next(iter(homes)) if len(homes) == 1 else None
    home = customers.household(here) if here else None
    if home is None:
        return Found(q, [homes[key] for key in dict.fromkeys(hit.unit_id for hit in hits)])
    living = [stay for stay in home.residencies if stay.until is None]
    people = [Hit(home.id, home.label, stay.customer_id, stay.customer.name, stay.relation, "") for stay in living]
    fitting = [hit.value for hit in hits if hit.unit_id == home.id and hit.customer_id]
    meant = who or (fitting[0] if fitting else people[0].value if people else str(home.id))
    keys = [stay.customer_id for stay in home.residencies]
    return Found(
        q, hits, home, people, meant, history(home, current_app.extensions.get("touches", ()), TOUCHES),
        queries.open_matters(home.id, keys),
    )  # fmt: skip


def kinds() -> dict[str, str]:
    """The kinds of requests that this person may register: cases only who may begin such a case."""
    pack, actor = current_pack(), current_actor()
    known = dict(pack.request_kinds)
    if not actor.has(*pack.complaint_roles.registrars):
        known.pop(COMPLAINT, None)
    if pack.repairs and not actor.has(*pack.repairs.roles.orderers):
        known.pop(REPAIR, None)
    return known


@blueprint.get("/new")
@allow(*WRITE)
def new() -> Any:
    """The desk. `?q=` looks for a household, `unit` or `who` names one; htmx gets what was found."""
    q, unit, who = (line(request.args.get(name, ""))[:80] for name in ("q", "unit", "who"))
    form = ReceptionForm.by(current_pack(), kinds(), channel="phone")
    return _drawn(form, found(q, unit, who), block="found")


@blueprint.post("/new")
@allow(*WRITE)
@once
def receive() -> Any:
    """Register it (C1, C2, D1). A room that was typed without a choice is taken when only one household fits; where
    none does, the place that was written besides counts."""
    form = ReceptionForm.by(current_pack(), kinds(), request.form)
    q, who = line(request.form.get("q", ""))[:80], line(request.form.get("who", ""))[:80]
    there = found(q, who=who)
    unit_id, customer_id = _whom(there, who)
    if not form.validate():
        return _drawn(form, there, 422)
    if q and unit_id is None and (there.hits or not form.room.data):
        form.form_errors.append(CHOOSE if there.hits else UNKNOWN)
        return _drawn(form, there, 422)
    try:
        made = actions.receive(form.matter(unit_id, customer_id), by=current_actor())
    except Problem as problem:
        db.session.rollback()
        return _drawn(blame(form, problem), found(q, who=who), 422)
    reception = queries.find(made.id) or abort(404)
    case = case_of(reception.contact)
    if case is not None:
        return done(url_for(case.endpoint, **case.where), f"已登记{case.what} {case.number}")
    return done(url_for("receptions.show", id=made.id), f"已登记 {reception.contact.number}")


def _whom(there: Found, who: str) -> tuple[UUID | None, UUID | None]:
    hit = customers.picked(who)
    if hit:
        return hit.unit_id, hit.customer_id
    if there.unit is None:
        return None, None
    hit = customers.picked(there.chosen)
    return (hit.unit_id, hit.customer_id) if hit else (there.unit.id, None)


def _drawn(form: ReceptionForm, there: Found, status: int = 200, block: str = "desk_form") -> Any:
    today = clock.local(clock.now()).date()
    return page(
        "receptions/new.html", block=block, status=status, form=form, found=there, RELATIONS=RELATIONS,
        OCCUPANCY=OCCUPANCY, stage=stage(there.unit.handed_over_on, today, current_pack()) if there.unit else None,
    )  # fmt: skip
