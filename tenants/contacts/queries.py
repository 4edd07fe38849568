"""Reading the 沟通记录: searched, filtered, newest first (C1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from saas.days import within_days
from saas.db import db
from saas.sheets.cells import line
from saas.words import held, often, said
from tenants.contacts.models import Contact
from tenants.customers.meant import home, person


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of contacts is narrowed to; empty fields narrow nothing. Days are Shanghai's, both included."""

    q: str = ""
    channel: str = ""
    kind: str = ""
    by: str = ""
    since: date | None = None
    until: date | None = None


def contacts(wanted: Wanted, *, offset: int = 0, limit: int = 20) -> tuple[list[Contact], int]:
    """A page of contacts, newest first, with household and customer, and how many there are in all."""
    where = _narrowed(wanted)
    total = db.session.scalar(select(func.count()).select_from(Contact).where(*where)) or 0
    rows = db.session.scalars(
        select(Contact)
        .where(*where)
        .options(joinedload(Contact.unit), joinedload(Contact.customer))
        .order_by(Contact.occurred_at.desc(), Contact.id)
        .offset(offset)
        .limit(limit)
    )
    return list(rows), total


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    where = narrowed_by_words(wanted.q)
    if wanted.channel:
        where.append(Contact.channel == wanted.channel)
    if wanted.kind:
        where.append(Contact.request_kind == wanted.kind)
    if wanted.by:
        where.append(Contact.recorded_by_name == wanted.by)
    return where + within_days(Contact.occurred_at, wanted.since, wanted.until)


def narrowed_by_words(q: str) -> list[ColumnElement[bool]]:
    """What every word of a search asks of a contact: its number and words, who spoke, household and customer."""
    where: list[ColumnElement[bool]] = []
    words = line(q)[:60].split()
    common = often(select(Contact.haystack).order_by(Contact.occurred_at.desc(), Contact.id), words)
    for word in words:  # every word must be found somewhere
        text = (said if word in common else held)(Contact.haystack, word)
        ways = [text, home(Contact.unit_id, word), person(Contact.customer_id, word)]
        if word.isascii() and word.isalpha():
            ways.append(and_(Contact.initials != "", Contact.initials.startswith(word.lower(), autoescape=True)))
        where.append(or_(*ways))
    return where


def contact(key: UUID) -> Contact | None:
    """One contact with household and customer."""
    return db.session.scalars(
        select(Contact).where(Contact.id == key).options(joinedload(Contact.unit), joinedload(Contact.customer))
    ).one_or_none()


def recorders() -> list[str]:
    """Who has recorded contacts, by name."""
    return list(db.session.scalars(select(Contact.recorded_by_name).distinct().order_by(Contact.recorded_by_name)))


def of_household(unit_id: UUID, customer_ids: Sequence[UUID], limit: int) -> list[Contact]:
    """The newest contacts with a household or one of its customers."""
    rows = db.session.scalars(
        select(Contact)
        .where(or_(Contact.unit_id == unit_id, Contact.customer_id.in_(customer_ids)))
        .options(joinedload(Contact.customer))
        .order_by(Contact.occurred_at.desc(), Contact.id)
        .limit(limit)
    )
    return list(rows)
