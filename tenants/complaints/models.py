"""The complaint's numbered card (D2) and its clocks (D7)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.customers.models import Customer, Unit

Moment = DateTime(timezone=True)


class Complaint(Model):
    """A complaint 投诉. `room` and `reporter` are as told on the day; the customer's own phone stays in the dossier."""

    __tablename__ = "complaints"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - the haystack belongs to the database

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    demand: Mapped[str] = mapped_column(default="")
    category: Mapped[str]
    severity: Mapped[str]
    source: Mapped[str]
    channel: Mapped[str]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey(Unit.id))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    room: Mapped[str] = mapped_column(default="")
    reporter: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    anonymous: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(Moment)
    registered_at: Mapped[datetime] = mapped_column(Moment)
    registered_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    registered_by_name: Mapped[str]
    department: Mapped[str] = mapped_column(default="")
    handler_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    complained_about: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    state: Mapped[str] = mapped_column(default="registered")
    next_stage: Mapped[str | None]
    next_due_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    initials: Mapped[str] = mapped_column(default="")  # of the reporter, as they are typed to find the name
    haystack: Mapped[str | None] = mapped_column(FetchedValue(), deferred=True)  # what the search looks through

    customer: Mapped[Customer | None] = relationship(lazy="raise")
    handler: Mapped[Staff | None] = relationship(lazy="raise", foreign_keys=handler_id)
    accused: Mapped[Staff | None] = relationship(lazy="raise", foreign_keys=complained_about)
    stages: Mapped[list["Stage"]] = relationship(order_by="Stage.due_at", lazy="selectin", back_populates="complaint")

    @property
    def reachable(self) -> bool:
        """Whether there is anybody to contact, answer and call back (D12)."""
        return bool(self.customer_id or self.phone or self.email)

    @property
    def barred(self) -> list[UUID]:
        """Who takes no part in it: the person complained about (D4)."""
        return [self.complained_about] if self.complained_about else []

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board)."""
        return self.received_at

    @property
    def title(self) -> str:
        """How lists and reminders call it."""
        return f"{self.number} {self.subject}"


class Stage(Model):
    """One clock: started by a fact, due at a fixed instant, met by a fact, or dropped when nobody owes it any more."""

    __tablename__ = "complaint_stages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id))
    stage: Mapped[str]
    round: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    warn_at: Mapped[datetime] = mapped_column(Moment)
    provisional: Mapped[bool]
    met_at: Mapped[datetime | None] = mapped_column(Moment)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)

    complaint: Mapped[Complaint] = relationship(lazy="raise", back_populates="stages")

    @property
    def running(self) -> bool:
        """Neither met nor dropped."""
        return self.met_at is None and self.dropped_at is None
