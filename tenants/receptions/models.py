"""A reception: the contact it began with, where it stands, and each step taken since (C2)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.contacts.models import Contact

Moment = DateTime(timezone=True)

OPEN, HANDLED, FED_BACK, CLOSED, PASSED = "open", "handled", "fed_back", "closed", "passed"
EXPECTED, ESCALATED, NOTED, REVISITED = "expected", "escalated", "noted", "revisited"


class Reception(Model):
    """What a customer brought up; its key is the contact's. `passed`: it became a case, which has its own clocks.

    `answer_by` is the limit of the first answer (C3), `due_at` until when the next step is owed.
    """

    __tablename__ = "receptions"

    id: Mapped[UUID] = mapped_column(ForeignKey(Contact.id), primary_key=True)
    registered_at: Mapped[datetime] = mapped_column(Moment)
    answer_by: Mapped[datetime] = mapped_column(Moment)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    state: Mapped[str]
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    contact: Mapped[Contact] = relationship(lazy="raise")
    owner: Mapped[Staff] = relationship(lazy="raise")
    steps: Mapped[list["Step"]] = relationship(lazy="raise", order_by="Step.nth")

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board)."""
        return self.registered_at


class Step(Model):
    """One step of a reception, with what was said. `words` may be empty where the channel says it all."""

    __tablename__ = "reception_steps"

    reception_id: Mapped[UUID] = mapped_column(ForeignKey(Reception.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    words: Mapped[str]
    channel: Mapped[str] = mapped_column(default="")
    expected_at: Mapped[datetime | None] = mapped_column(Moment)
    role: Mapped[str] = mapped_column(default="")
    satisfaction: Mapped[int | None]
    settled: Mapped[bool | None]
    taken_at: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    taken_by_name: Mapped[str]
