"""Reading the dossiers: who lives where, found by room, name, initials or the end of a phone number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, any_, func, or_, select, union
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from saas import masks
from saas.db import db
from saas.identity.asking import ME, Count
from saas.policy.pack import Pack
from saas.rooms import room_label
from saas.sheets.cells import line
from saas.tenancy.staff import Staff
from tenants.customers.meant import of_person, of_room, person
from tenants.customers.models import RELATIONS, Customer, Residency, Unit
from tenants.customers.stages import handed_over_between

# what a steward who leaves leaves behind: each household gets a new one at once (B11)
LEFT_BY: dict[str, Count] = {"负责的户": select(func.count()).select_from(Unit).where(Unit.steward_id == ME)}


@dataclass(frozen=True, slots=True)
class Hit:
    """One household and, if anybody lives there, one person in it; the phone is masked (B10)."""

    unit_id: UUID
    label: str
    customer_id: UUID | None
    name: str
    relation: str
    phone: str

    @property
    def value(self) -> str:
        """What a form sends back for this choice; `picked` reads it."""
        return f"{self.unit_id}:{self.customer_id}" if self.customer_id else str(self.unit_id)

    @property
    def words(self) -> str:
        """3-2-1502 王晓梅（业主）."""
        return f"{self.label} {self.name}（{RELATIONS[self.relation]}）" if self.customer_id else self.label


def _living_here() -> Select[Any]:
    return (
        select(Unit)
        .outerjoin(Residency, (Residency.unit_id == Unit.id) & Residency.until.is_(None))
        .outerjoin(Customer, Residency.customer_id == Customer.id)
    )


def _fitting(q: str) -> ColumnElement[bool]:
    """Households that a search means: with all of `q` as a room, name or number, or with every word of it."""

    def meant(word: str) -> ColumnElement[bool]:
        lives = select(Residency.unit_id).where(Residency.until.is_(None), person(Residency.customer_id, word))
        rooms = select(Unit.id).where(of_room(word))
        return Unit.id.in_(union(rooms.correlate(None), lives.correlate(None)))

    words = q.split()
    return or_(meant(q), and_(*map(meant, words))) if len(words) > 1 else meant(q)


def _meant(q: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whom of those households a search means: by all of it, or every word of it; by any word."""
    wholly, *each = (or_(of_room(word), of_person(word)) for word in (q, *q.split()))
    return or_(wholly, and_(*each)), or_(wholly, *each)


def search(q: str, limit: int = 10) -> list[Hit]:
    """Households and people whose room begins with `q`, whose name contains it, whose initials begin with it, or whose
    phone ends with it (four digits at least); of several words each. In the order of the rooms; nothing for a blank."""
    return found(q, limit)[0]


def found(q: str, limit: int) -> tuple[list[Hit], int]:
    """The same, and how many households there are: as many as the list says for these words. One query."""
    q = line(q)[:60]
    if not q:
        return [], 0
    fitting, (wholly, partly) = _fitting(q), _meant(q)
    total = select(func.count()).select_from(Unit).where(fitting).correlate(None).scalar_subquery()
    rows = db.session.execute(
        _living_here()
        .with_only_columns(Unit.id, Unit.label, Customer.id, Customer.name, Residency.relation, Customer.phone, total)
        .where(fitting, partly)
        .order_by(~wholly, Unit.label != room_label(q), Unit.sort_key)
        .order_by(Residency.relation != "owner", Customer.name_sort)
        .limit(limit)
    ).all()
    hits = [
        Hit(u, label, c, name or "", relation or "", masks.phone(phone or ""))
        for u, label, c, name, relation, phone, _ in rows
    ]
    return hits, rows[0][6] if rows else 0


def picked(value: str) -> Hit | None:
    """The choice behind the value of a form; None when it is not (or no longer) one."""
    unit, _, customer = value.partition(":")
    try:
        unit_id, customer_id = UUID(unit), UUID(customer) if customer else None
    except ValueError:
        return None
    row = db.session.execute(
        _living_here()
        .with_only_columns(Unit.id, Unit.label, Customer.id, Customer.name, Residency.relation, Customer.phone)
        .where(Unit.id == unit_id, *([Customer.id == customer_id] if customer_id else []))
        .limit(1)
    ).first()
    if row is None:
        return None
    if customer_id is None:
        return Hit(row[0], row[1], None, "", "", "")
    return Hit(row[0], row[1], row[2], row[3], row[4], masks.phone(row[5]))


def household(unit_id: UUID) -> Unit | None:
    """A household with its steward and everybody in it, former residents last."""
    unit = db.session.scalars(
        select(Unit)
        .where(Unit.id == unit_id)
        .options(joinedload(Unit.steward), selectinload(Unit.residencies).joinedload(Residency.customer))
    ).one_or_none()
    if unit is not None:
        order = list(RELATIONS)
        unit.residencies.sort(key=lambda r: (r.until is not None, order.index(r.relation), r.customer.name_sort))
    return unit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of households is narrowed to; empty fields narrow nothing."""

    q: str = ""
    building: str = ""
    occupancy: str = ""
    stage: str = ""
    steward: str = ""


def households(
    wanted: Wanted, *, today: date, pack: Pack, offset: int = 0, limit: int | None = 20
) -> tuple[list[Unit], int]:
    """A page of households in the order of their rooms, with steward and residents, and how many there are in all."""
    where = _narrowed(wanted, today, pack)
    total = db.session.scalar(select(func.count()).select_from(Unit).where(*where)) or 0
    rows = db.session.scalars(
        select(Unit)
        .where(*where)
        .order_by(Unit.sort_key, Unit.id)
        .offset(offset)
        .limit(limit)
        .options(
            joinedload(Unit.steward),
            selectinload(Unit.residencies.and_(Residency.until.is_(None))).joinedload(Residency.customer),
        )
    )
    return list(rows), total


def _narrowed(wanted: Wanted, today: date, pack: Pack) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if q := line(wanted.q)[:60]:
        where.append(_fitting(q))
    if wanted.building:
        where.append(Unit.building == wanted.building)
    if wanted.occupancy:
        where.append(Unit.occupancy == wanted.occupancy)
    if wanted.steward == "none":
        where.append(Unit.steward_id.is_(None))
    elif wanted.steward:
        try:
            where.append(Unit.steward_id == UUID(wanted.steward))
        except ValueError:
            where.append(Unit.id.is_(None))
    if wanted.stage in pack.stages:
        where.append(_in_stage(wanted.stage, today, pack))
    return where


def _in_stage(code: str, today: date, pack: Pack) -> ColumnElement[bool]:
    between = handed_over_between(code, today, pack)
    if between is None:
        return or_(Unit.handed_over_on.is_(None), Unit.handed_over_on > today)
    after, until = between
    bounds = [Unit.handed_over_on <= until] + ([Unit.handed_over_on > after] if after else [])
    return bounds[0] if len(bounds) == 1 else bounds[0] & bounds[1]


def buildings() -> list[str]:
    """The buildings there are, 2 before 10."""
    rows = db.session.execute(
        select(Unit.building).where(Unit.building != "").group_by(Unit.building).order_by(func.min(Unit.sort_key))
    )
    return [row[0] for row in rows]


def stewards(*, also: Sequence[UUID] = ()) -> list[Staff]:
    """The stewards at work, by name, and those named in `also` even when they have left."""
    at_work = Staff.ended_at.is_(None) & (any_(Staff.roles) == "steward")
    return list(db.session.scalars(select(Staff).where(or_(at_work, Staff.id.in_(also))).order_by(Staff.name)))


def residency(unit_id: UUID, customer_id: UUID) -> Residency | None:
    """The living residency of a customer in a household, with both ends loaded."""
    return db.session.scalars(
        select(Residency)
        .where(Residency.unit_id == unit_id, Residency.customer_id == customer_id, Residency.until.is_(None))
        .join(Residency.unit)
        .join(Residency.customer)
        .options(contains_eager(Residency.unit), contains_eager(Residency.customer))
    ).first()
