"""Tell people, once per occasion; take note that they saw it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.jobs import enqueue
from saas.tenancy.staff import Staff
from tenants.obligations.models import Reminder


@dataclass(frozen=True)
class Notice:
    """What to tell about which record. The same occasion is told to the same person only once."""

    kind: str
    subject_type: str
    subject_id: UUID
    stage: str
    occasion: str
    title: str
    words: str
    path: str
    clause: str = ""
    due_at: datetime | None = None


@dataclass
class _Subject:
    """The record behind a reminder, as events want it."""

    __tablename__: str
    id: Any
    evidence_since: datetime | None = None


def remind(notice: Notice, staff: Iterable[UUID]) -> list[UUID]:
    """Write a reminder for whoever has none on this occasion and ask for its mail, in one transaction (R2)."""
    now, people = clock.now(), sorted(set(staff))
    if not people:
        return []
    facts = {
        "kind": notice.kind, "subject_type": notice.subject_type, "subject_id": notice.subject_id,
        "stage": notice.stage, "occasion": notice.occasion, "title": notice.title[:300],
        "words": notice.words, "path": notice.path,
        "clause": notice.clause, "due_at": notice.due_at, "created_at": now,
    }  # fmt: skip
    rows = [{"id": uuid4(), "staff_id": person, **facts} for person in people]
    told = db.session.execute(
        insert(Reminder).values(rows).on_conflict_do_nothing().returning(Reminder.id, Reminder.staff_id)
    ).all()
    if not told:
        return []
    for reminder_id, _ in told:
        enqueue("obligations.remind", str(reminder_id))
    names = db.session.scalars(select(Staff.name).where(Staff.id.in_([who for _, who in told])).order_by(Staff.name))
    record(
        "reminder.raised", _Subject(notice.subject_type, notice.subject_id, notice.due_at), Actor.system(),
        kind=notice.kind, stage=notice.stage, told=list(names), words=notice.words,
    )  # fmt: skip
    return [reminder_id for reminder_id, _ in told]


def see(reminder_id: UUID, *, by: Actor) -> None:
    """Note that the person saw a reminder of their own. LookupError for somebody else's or none."""
    mine = Reminder.id == reminder_id, Reminder.staff_id == by.id
    if db.session.scalar(select(Reminder.id).where(*mine)) is None:
        raise LookupError(reminder_id)
    db.session.execute(update(Reminder).where(*mine, Reminder.seen_at.is_(None)).values(seen_at=clock.now()))


def see_all(*, by: Actor) -> int:
    """Note that the person saw everything there is; returns how many were new."""
    unseen = Reminder.staff_id == by.id, Reminder.seen_at.is_(None), Reminder.created_at <= clock.now()
    seen = db.session.execute(update(Reminder).where(*unseen).values(seen_at=clock.now()).returning(Reminder.id))
    return len(seen.all())
