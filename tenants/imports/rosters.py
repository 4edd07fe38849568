"""Staged rows of a roster become households and people; who is there is changed, the old value kept (B13)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from saas import clock
from saas.bulk import insert_many
from saas.db import db
from saas.events import Event, event
from saas.identity.actor import Actor
from tenants.customers.actions import place
from tenants.customers.changes import differences
from tenants.customers.forms import CM2
from tenants.customers.models import Customer, Residency, Unit

Row = dict[str, Any]


def publish(rows: Sequence[Row], *, file: str, by: Actor) -> list[str]:
    """Write rows of `reading.roster_rows`; for each its outcome: new, changed or duplicate.

    A row is new when it brings a person into a household, changed when it only alters what is there. A person with the
    same name and number elsewhere in the project is the same person.
    """
    chunk = _Chunk(rows, file, by)
    outcomes = [chunk.write(row) for row in rows]
    db.session.flush()
    for made in (chunk.units, chunk.customers, chunk.residencies, chunk.events):
        insert_many(made)
    return outcomes


class _Chunk:
    """The households and people that a chunk of rows speaks of, and what is new among them."""

    def __init__(self, rows: Sequence[Row], file: str, by: Actor) -> None:
        self.file, self.by, self.now = file, by, clock.now()
        self.units: list[Unit] = []
        self.customers: list[Customer] = []
        self.residencies: list[Residency] = []
        self.events: list[Event] = []
        there = _units({row["label"] for row in rows})
        self.by_label = {unit.label: unit for unit in there}
        self.living = {
            (unit.id, stay.customer.name): (stay, stay.customer)
            for unit in there
            for stay in unit.residencies
            if stay.until is None
        }
        known = _customers({row["name"] for row in rows})
        self.elsewhere = {(who.name, phone): who for who in known for phone in who.phones}

    def write(self, row: Row) -> str:
        altered = False
        unit = self.by_label.get(row["label"])
        if unit is None:
            unit = self.file_unit(row)
        else:
            altered = self.alter(unit, "unit.changed", _of_unit(row), {})
        if (unit.id, row["name"]) in self.living:
            stay, who = self.living[unit.id, row["name"]]
            relation = {} if row["relation"] == stay.relation else {"relation": [stay.relation, row["relation"]]}
            stay.relation = row["relation"]
            altered = self.alter(who, "customer.changed", _of_person(row, who), relation) or altered
            return "changed" if altered else "duplicate"
        known = filter(None, (self.elsewhere.get((row["name"], phone)) for phone in row["phones"]))
        self.move_in(row, unit, next(known, None) or self.file_person(row))
        return "new"

    def alter(self, subject: Unit | Customer, name: str, facts: Row, more: Row) -> bool:
        changes = differences(subject, facts) | more
        if changes:
            for field in facts:
                setattr(subject, field, facts[field])
            subject.version += 1
            self.events.append(event(name, subject, self.by, changes=changes, file=self.file))
        return bool(changes)

    def file_unit(self, row: Row) -> Unit:
        unit = Unit(id=uuid4(), **place(row["label"]), **_of_unit(row), version=1, created_at=self.now)
        self.by_label[unit.label] = unit
        self.units.append(unit)
        self.events.append(event("unit.registered", unit, self.by, label=unit.label, file=self.file))
        return unit

    def file_person(self, row: Row) -> Customer:
        name = {field: row[field] for field in ("name", "name_sort", "name_initials")}
        who = Customer(id=uuid4(), **name, **_of_person(row, None), version=1, created_at=self.now)
        self.elsewhere.update(dict.fromkeys(((who.name, phone) for phone in who.phones), who))
        self.customers.append(who)
        return who

    def move_in(self, row: Row, unit: Unit, who: Customer) -> None:
        stay = Residency(id=uuid4(), unit_id=unit.id, customer_id=who.id, relation=row["relation"])
        self.living[unit.id, who.name] = (stay, who)
        self.residencies.append(stay)
        facts = {"unit_id": str(unit.id), "relation": row["relation"], "file": self.file}
        self.events.append(event("customer.registered", who, self.by, **facts))


def _units(labels: Iterable[str]) -> Sequence[Unit]:
    return db.session.scalars(
        select(Unit)
        .where(Unit.label.in_(labels))
        .options(selectinload(Unit.residencies).joinedload(Residency.customer))
        .with_for_update(of=Unit)
    ).all()


def _customers(names: Iterable[str]) -> Sequence[Customer]:
    return db.session.scalars(select(Customer).where(Customer.name.in_(names), Customer.phone != "")).all()


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
