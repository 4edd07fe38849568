"""Households and people are registered, changed, moved out and looked up; each leaves one event (B1, B5, B10)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from saas import clock, reveals
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.pinyin import initials, sort_key
from saas.problem import Problem
from saas.rooms import room_key, room_label, room_parts
from tenants.customers.access import REVEAL
from tenants.customers.changes import change, differences, locked
from tenants.customers.models import OCCUPANCY, RELATIONS, Customer, Residency, Unit

LONGEST_LABEL = 40


def place(label: str) -> dict[str, str]:
    """Building, entrance, room, label and sort key out of what people write: 3幢2单元1502 → 3, 2, 1502, 3-2-1502.

    Raises Problem when there is no room in it.
    """
    label = room_label(label)
    if not room_key(label) or len(label) > LONGEST_LABEL:
        raise Problem(f"请写上房号，如 3-2-1502，最多 {LONGEST_LABEL} 个字", "label")
    building, entrance, room = room_parts(label)
    return {"building": building, "unit": entrance, "room": room, "label": label, "sort_key": room_key(label)}


def register_unit(
    *, label: str, by: Actor, occupancy: str = "vacant", handed_over_on: date | None = None,
    steward_id: UUID | None = None, area_cm2: int | None = None, note: str = "",
) -> Unit:  # fmt: skip
    """File a household (B1). Raises Problem for a room that is filed already or cannot be read."""
    if occupancy not in OCCUPANCY:
        raise Problem("请选择居住状态", "occupancy")
    unit = Unit(
        **place(label), occupancy=occupancy, handed_over_on=handed_over_on, steward_id=steward_id, area_cm2=area_cm2,
        note=note.strip(), created_at=clock.now(),
    )  # fmt: skip
    _no_twin(unit.label)
    try:
        with db.session.begin_nested():
            db.session.add(unit)
    except IntegrityError:  # filed by somebody else a moment ago
        raise _twin(unit.label) from None
    record("unit.registered", unit, by, label=unit.label)
    return unit


def _no_twin(label: str, but: UUID | None = None) -> None:
    found = db.session.scalar(select(Unit.id).where(Unit.label == label))
    if found is not None and found != but:
        raise _twin(label)


def _twin(label: str) -> Problem:
    return Problem(f"{label} 已经建档，请直接打开那一户", "label")


def change_unit(unit_id: UUID, *, version: int, by: Actor, label: str | None = None, **facts: Any) -> Unit:
    """Change a household; the event keeps the old values (B5). LookupError; Conflict when `version` is old."""
    unit: Unit = locked(Unit, unit_id, version)
    if label is not None:
        facts.update(place(label))
        _no_twin(facts["label"], but=unit_id)
    if facts.get("occupancy", unit.occupancy) not in OCCUPANCY:
        raise Problem("请选择居住状态", "occupancy")
    change(unit, "unit.changed", facts, by)
    return unit


def named(name: str) -> dict[str, str]:
    """The name with its sort key and initials. Raises Problem for an empty or overlong one."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 60:
        raise Problem("请写上姓名或单位名称，最多 60 个字", "name")
    return {"name": name, "name_sort": sort_key(name), "name_initials": initials(name)}


def register_customer(
    *, unit_id: UUID, name: str, by: Actor, relation: str = "owner", phones: tuple[str, ...] = (), email: str = "",
    preferred_channel: str = "", note: str = "", since: date | None = None,
) -> Customer:  # fmt: skip
    """File a person in a household (B1). Raises Problem when one of the same name and number is already there."""
    if relation not in RELATIONS:
        raise Problem("请选择身份", "relation")
    facts = named(name)
    phone, others = phones[0] if phones else "", list(phones[1:])
    here = db.session.scalars(
        select(Customer)
        .join(Residency)
        .where(Residency.unit_id == unit_id, Residency.until.is_(None), Customer.name == facts["name"])
    )
    if any(not phone or not twin.phone or phone == twin.phone for twin in here):
        raise Problem("这一户已有同名的住户，请打开那一位修改；确是另一人请填写不同的手机号", "name")
    customer = Customer(
        **facts, phone=phone, other_phones=others, email=email, preferred_channel=preferred_channel, note=note.strip(),
        created_at=clock.now(),
    )  # fmt: skip
    db.session.add(customer)
    db.session.flush()
    db.session.add(Residency(unit_id=unit_id, customer_id=customer.id, relation=relation, since=since))
    db.session.flush()
    record("customer.registered", customer, by, unit_id=str(unit_id), relation=relation)
    return customer


def change_customer(stay: Residency, *, version: int, by: Actor, relation: str | None = None, **facts: Any) -> Customer:
    """Change a person, and as what they live in this household; the event keeps the old values (B5).

    Conflict when `version` is not the latest.
    """
    customer: Customer = locked(Customer, stay.customer_id, version)
    if "name" in facts:
        facts.update(named(facts["name"]))
    if relation is not None and relation not in RELATIONS:
        raise Problem("请选择身份", "relation")
    if relation is not None and relation != stay.relation:
        before, stay.relation = stay.relation, relation
        changes = differences(customer, facts) | {"relation": [before, relation]}
        for field in facts:
            setattr(customer, field, facts[field])
        customer.version += 1
        record("customer.changed", customer, by, changes=changes)
    else:
        change(customer, "customer.changed", facts, by)
    return customer


def move_out(stay: Residency, *, by: Actor, until: date | None = None) -> None:
    """End a residency; the person and the history stay (B1)."""
    today = clock.local(clock.now()).date()
    until = until or today
    if until > today:
        raise Problem("搬离日期不能晚于今天", "until")
    if stay.since and until < stay.since:
        raise Problem("搬离日期不能早于入住日期", "until")
    stay.until = until
    record("customer.moved_out", stay.customer, by, unit_id=str(stay.unit_id), until=str(until))


def reveal(customer: Customer, *, reason: str, by: Actor) -> tuple[str, ...]:
    """The full phone numbers and address of mail, once; who, when and why is an event (B10).

    Raises Forbidden without the right, Problem without a reason.
    """
    if not by.has(*REVEAL):
        raise Forbidden("您的角色不能查看完整号码，请联系管家或客服主管")
    reveals.note("customer.revealed", customer, reason=reason, by=by)
    return (*customer.phones, *filter(None, [customer.email]))
