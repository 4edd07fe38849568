"""History: one append-only row per event. The tenant's role can insert and read, never change or remove."""

from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid4

from sqlalchemy import DateTime, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saas import clock
from saas.board.marks import touch
from saas.db import Model, db
from saas.identity.actor import Actor

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class Recordable(Protocol):
    """Anything an event can be about: a row with a table name and a UUID."""

    __tablename__: str

    @property
    def id(self) -> Any:
        """Its key."""


class Event(Model):
    """Something that happened, with who and when."""

    __tablename__ = "events"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - recorded_at and xid belong to the database

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    on_behalf_of: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None]
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def event(name: str, /, subject: Recordable, by: Actor, *, on_behalf_of: str | None = None, **facts: Any) -> Event:
    """One event that is not added yet, for imports that insert many at once. Everybody else: `record`.

    The board is told either way that this kind of record changed, since the subject's `evidence_since` if it has one.
    """
    touch(subject.__tablename__, getattr(subject, "evidence_since", None))
    return Event(
        id=uuid4(),
        name=name,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        actor_id=by.id,
        actor_name=by.name,
        on_behalf_of=on_behalf_of,
        data=facts,
        request_id=request_id.get(),
        occurred_at=clock.now(),
    )


def record(name: str, /, subject: Recordable, by: Actor, *, on_behalf_of: str | None = None, **facts: Any) -> Event:
    """Add one event in the caller's transaction. `facts` must be JSON values; before/after pairs go there."""
    happened = event(name, subject, by, on_behalf_of=on_behalf_of, **facts)
    db.session.add(happened)
    return happened


def timeline(subject: Recordable, limit: int = 200) -> list[Event]:
    """The newest events about one subject, newest first."""
    rows = db.session.scalars(
        select(Event)
        .where(Event.subject_type == subject.__tablename__, Event.subject_id == subject.id)
        .order_by(Event.occurred_at.desc(), Event.id)
        .limit(limit)
    )
    return list(rows)
