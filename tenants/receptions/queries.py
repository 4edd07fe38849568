"""Reading receptions: the list, one with its steps, what is open of a household, what waits for a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from saas import clock
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.asking import ME, TONIGHT, Count
from saas.policy.periods import midnight
from tenants.contacts.models import Contact
from tenants.contacts.queries import narrowed_by_words
from tenants.receptions.cases import Open, open_cases
from tenants.receptions.models import Reception
from tenants.receptions.words import STATES

VIEWS = {"open": "未办结", "mine": "我跟进的", "late": "已逾期", "all": "全部"}
UNFINISHED = Reception.due_at.is_not(None)
# counts the receptions of whoever asks whose next step is owed today or was owed before
WAITING: Count = select(func.count()).select_from(Reception).where(Reception.owner_id == ME, Reception.due_at < TONIGHT)
LEFT_BY: dict[str, Count] = {
    "跟进中的接待": select(func.count()).select_from(Reception).where(Reception.owner_id == ME, UNFINISHED)
}
"""What somebody who leaves leaves behind here."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty fields narrow nothing."""

    view: str = "open"
    q: str = ""
    kind: str = ""
    day: date | None = None


def listing(wanted: Wanted, by: Actor, *, offset: int, limit: int) -> tuple[list[Reception], int]:
    """A page of receptions and how many there are: open ones by what is owed first, all of them newest first."""
    where = _narrowed(wanted, by)
    joined = select(Reception).join(Contact, Contact.id == Reception.id)
    total = db.session.scalar(joined.with_only_columns(func.count()).where(*where)) or 0
    order = (Reception.registered_at.desc(),) if wanted.view == "all" else (Reception.due_at, Reception.id)
    rows = db.session.scalars(
        joined.where(*where).options(*_whole()).order_by(*order, Reception.id).offset(offset).limit(limit)
    )
    return list(rows), total


def _whole() -> list[Any]:
    contact = joinedload(Reception.contact)
    return [contact.joinedload(Contact.unit), contact.joinedload(Contact.customer), joinedload(Reception.owner)]


def _narrowed(wanted: Wanted, by: Actor) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = list(narrowed_by_words(wanted.q))
    if wanted.view in ("open", "mine", "late"):
        where.append(UNFINISHED)
    if wanted.view == "mine":
        where.append(Reception.owner_id == by.id)
    if wanted.view == "late":
        where.append(Reception.due_at < clock.now())
    if wanted.kind:
        where.append(Contact.request_kind == wanted.kind)
    if wanted.day:
        begin, end = midnight(wanted.day), midnight(wanted.day + timedelta(days=1))
        where += [Reception.registered_at >= begin, Reception.registered_at < end]
    return where


def find(reception_id: UUID) -> Reception | None:
    """One reception with its contact, people and steps."""
    query = select(Reception).where(Reception.id == reception_id)
    return db.session.scalars(query.options(*_whole(), selectinload(Reception.steps))).one_or_none()


def states_of(keys: Collection[UUID]) -> dict[UUID, str]:
    """Where those of these contacts stand that are receptions."""
    if not keys:
        return {}
    rows = db.session.execute(select(Reception.id, Reception.state).where(Reception.id.in_(keys)))
    return {row.id: row.state for row in rows}


def open_matters(unit_id: UUID, people: Collection[UUID], limit: int = 5) -> list[Open]:
    """What is open of a household and of those who live or lived in it, the most urgent first: three queries."""
    found = open_cases(unit_id, people, limit)
    rows = db.session.execute(
        select(Reception.id, Contact.number, Contact.summary, Reception.state, Reception.due_at)
        .join(Contact, Contact.id == Reception.id)
        .where(or_(Contact.unit_id == unit_id, Contact.customer_id.in_(people)), UNFINISHED)
        .order_by(Reception.due_at, Reception.id)
        .limit(limit)
    )
    found += [
        Open("接待", number, summary, *STATES[state], due, "receptions.show", {"id": key})
        for key, number, summary, state, due in rows
    ]
    return sorted(found, key=lambda each: (each.due_at is None, each.due_at))[:limit]


def owed(by: Actor, until: datetime, limit: int) -> list[Reception]:
    """Receptions that this person follows up and whose next step is owed until then."""
    query = select(Reception).where(Reception.owner_id == by.id, Reception.due_at < until).options(*_whole())
    return list(db.session.scalars(query.order_by(Reception.due_at, Reception.id).limit(limit)))
