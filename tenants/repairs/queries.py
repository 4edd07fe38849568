"""Reading repairs: the list with its filters, one repair, those of a household."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from saas.db import db
from saas.identity.actor import Actor
from saas.tenancy.staff import Staff
from tenants.repairs import states
from tenants.repairs.models import Repair
from tenants.repairs.narrowing import matching
from tenants.repairs.wanted import Wanted

COLUMNS = (
    Repair.id, Repair.number, Repair.fault, Repair.room, Repair.reporter, Repair.skill, Repair.urgency, Repair.state,
    Repair.appointed_from, Repair.appointed_to, Repair.due_at, Repair.ordered_at, Repair.outside, Repair.version,
    Staff.name.label("technician"),
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page of the list."""

    rows: Sequence[Any]
    total: int
    number: int


def listing(wanted: Wanted, by: Actor) -> Page:
    """One page in one query, two for a search. A page beyond the end answers the last one."""
    fitting = matching(wanted, by)
    count = select(func.count()).select_from(Repair).where(fitting)
    before = (wanted.page - 1) * wanted.size
    order: Any = (Repair.ordered_at.desc(), Repair.id.desc())
    if wanted.view in ("today", "mine", "late"):
        order = (Repair.appointed_from.asc().nulls_last(), Repair.ordered_at, Repair.id)
    query = (
        select(*COLUMNS, count.correlate(None).scalar_subquery().label("total"))
        .outerjoin(Staff, Staff.id == Repair.technician_id)
        .where(fitting)
        .order_by(*order)
        .limit(wanted.size)
        .offset(before)
    )
    rows = db.session.execute(query).all()
    if not rows and before:
        last = -(-(db.session.scalar(count) or 0) // wanted.size)
        return listing(replace(wanted, page=max(last, 1)), by)
    return Page(rows, rows[0].total if rows else 0, wanted.page)


def find(repair_id: UUID) -> Repair | None:
    """One repair with its people; None for an unknown id, also of another tenant."""
    query = select(Repair).where(Repair.id == repair_id)
    people = joinedload(Repair.customer), joinedload(Repair.technician), joinedload(Repair.unit)
    return db.session.scalars(query.options(*people)).one_or_none()


def unassigned(limit: int = 50) -> list[Repair]:
    """What nobody was sent to yet, the most pressing first: by appointment, then as they came."""
    query = select(Repair).where(Repair.state == states.ORDERED)
    order = (Repair.appointed_from.asc().nulls_last(), Repair.ordered_at, Repair.id)
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def count_unassigned() -> int:
    """How many these are, also beyond those that are listed."""
    return db.session.scalar(select(func.count()).select_from(Repair).where(Repair.state == states.ORDERED)) or 0


def of_household(unit_id: UUID, customer_ids: Sequence[UUID], limit: int) -> list[Repair]:
    """The newest repairs of a household, or of people who live or lived in it."""
    query = select(Repair).where(or_(Repair.unit_id == unit_id, Repair.customer_id.in_(customer_ids)))
    return list(db.session.scalars(query.order_by(Repair.ordered_at.desc()).limit(limit)))


def reworks(repair: Repair) -> list[Repair]:
    """The repairs that were ordered because this one did not pass."""
    return list(db.session.scalars(select(Repair).where(Repair.rework_of == repair.id).order_by(Repair.ordered_at)))
