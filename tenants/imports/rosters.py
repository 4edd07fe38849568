"""Staged rows of a roster become households and people; who is there already is changed, with before and after kept (B13)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from tenants.customers.actions import named, place
from tenants.customers.changes import change, differences
from tenants.customers.forms import CM2
from tenants.customers.models import Customer, Residency, Unit

Row = dict[str, Any]


def publish(rows: Sequence[Row], *, file: str, by: Actor) -> list[str]:
    """Write rows of `reading.roster_rows`; for each its outcome: new, changed or duplicate.

    A row is new when it brings a person into a household, changed when it only alters what is there. A person with the
    same name and number elsewhere in the project is the same person.
    """
    units = {unit.label: unit for unit in _units({row["label"] for row in rows})}
    elsewhere = {(who.name, phone): who for who in _known({row["name"] for row in rows}) for phone in who.phones}
    outcomes = [_write(row, units, elsewhere, file, by) for row in rows]
    db.session.flush()
    return outcomes


def _units(labels: Iterable[str]) -> Sequence[Unit]:
    return db.session.scalars(
        select(Unit)
        .where(Unit.label.in_(labels))
        .options(selectinload(Unit.residencies).joinedload(Residency.customer))
        .with_for_update(of=Unit)
    ).all()


def _known(names: Iterable[str]) -> Sequence[Customer]:
    return db.session.scalars(select(Customer).where(Customer.name.in_(names), Customer.phone != "")).all()


def _write(row: Row, units: dict[str, Unit], elsewhere: dict[tuple[str, str], Customer], file: str, by: Actor) -> str:
    unit, facts = units.get(row["label"]), _of_unit(row)
    altered = False
    if unit is None:
        unit = Unit(id=uuid4(), **place(row["label"]), **facts, created_at=clock.now(), residencies=[])
        units[unit.label] = unit
        db.session.add(unit)
        record("unit.registered", unit, by, label=unit.label, file=file)
    else:
        altered = change(unit, "unit.changed", facts, by, file=file)
    stay = next((s for s in unit.residencies if s.until is None and s.customer.name == row["name"]), None)
    if stay is not None:
        return "changed" if _alter(stay, row, file, by) or altered else "duplicate"
    who = next((elsewhere[row["name"], p] for p in row["phones"] if (row["name"], p) in elsewhere), None)
    if who is None:
        who = Customer(id=uuid4(), **named(row["name"]), **_of_person(row, None), created_at=clock.now())
        db.session.add(who)
        elsewhere.update(dict.fromkeys(((who.name, phone) for phone in who.phones), who))
    db.session.add(Residency(unit=unit, customer=who, relation=row["relation"]))
    record("customer.registered", who, by, unit_id=str(unit.id), relation=row["relation"], file=file)
    return "new"


def _of_unit(row: Row) -> Row:
    """What the row says of its household; what it leaves blank stays as it is."""
    area = row["area"]
    facts = {
        "occupancy": row["occupancy"],
        "handed_over_on": date.fromisoformat(row["handed_over_on"]) if row["handed_over_on"] else None,
        "steward_id": UUID(row["steward_id"]) if row["steward_id"] else None,
        "area_cm2": round(area * CM2) if area else None,
    }
    return {field: value for field, value in facts.items() if value is not None}


def _of_person(row: Row, who: Customer | None) -> Row:
    """What the row says of the person; numbers known before are kept behind the new ones."""
    numbers = list(dict.fromkeys((*row["phones"], *(who.phones if who else ()))))
    facts = {
        "phone": numbers[0] if numbers else "",
        "other_phones": numbers[1:],
        "email": row["email"],
        "preferred_channel": row["channel"] or "",
        "note": row["note"],
    }
    if who is not None and set(numbers) == set(who.phones):
        facts.pop("phone"), facts.pop("other_phones")
    return {field: value for field, value in facts.items() if value or who is None}


def _alter(stay: Residency, row: Row, file: str, by: Actor) -> bool:
    who, facts = stay.customer, _of_person(row, stay.customer)
    changes = differences(who, facts)
    if row["relation"] != stay.relation:
        changes["relation"] = [stay.relation, row["relation"]]
        stay.relation = row["relation"]
    if not changes:
        return False
    for field in facts:
        setattr(who, field, facts[field])
    who.version += 1
    record("customer.changed", who, by, changes=changes, file=file)
    return True
