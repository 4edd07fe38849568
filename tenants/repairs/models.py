"""The work order 维修单 (E1)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.contacts.models import Contact
from tenants.customers.models import Customer, Unit

Moment = DateTime(timezone=True)


class Repair(Model):
    """A work order. `room` and `reporter` are as told on the day; the customer's own phone stays in the dossier.

    `source`: from the reception, or by word. Who goes is `technician_id`, or `outside`: a firm or another department.
    A `common_area` belongs to no household; only there may nobody have reported it.
    Arrival after `due_at` is late: the end of the agreed span and the minutes of the pack.
    """

    __tablename__ = "repairs"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - the haystack belongs to the database

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str]
    source: Mapped[str]
    fault: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    skill: Mapped[str]
    urgency: Mapped[str]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey(Unit.id))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id))
    rework_of: Mapped[UUID | None] = mapped_column(ForeignKey("repairs.id"))
    room: Mapped[str] = mapped_column(default="")
    reporter: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    common_area: Mapped[bool] = mapped_column(default=False)
    ordered_at: Mapped[datetime] = mapped_column(Moment)
    ordered_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    ordered_by_name: Mapped[str]
    state: Mapped[str] = mapped_column(default="ordered")
    technician_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    outside: Mapped[str] = mapped_column(default="")
    appointed_from: Mapped[datetime | None] = mapped_column(Moment)
    appointed_to: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    initials: Mapped[str] = mapped_column(default="")  # of the reporter, as they are typed to find the name
    haystack: Mapped[str | None] = mapped_column(FetchedValue(), deferred=True)  # what the search looks through

    unit: Mapped[Unit | None] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")
    technician: Mapped[Staff | None] = relationship(lazy="raise", foreign_keys=technician_id)

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board)."""
        return self.ordered_at

    @property
    def title(self) -> str:
        """How lists and reminders call it."""
        return f"{self.number} {self.fault}"

    @property
    def goes(self) -> str:
        """Who goes there, or nobody yet; `technician` must be loaded."""
        return self.outside or (self.technician.name if self.technician else "")
