"""One contact with a customer: face to face, phone, letter, online … (C1). Inserted once, never changed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.customers.models import Customer, Unit


class Contact(Model):
    """A 客户沟通记录. `subject` points at the case it led to, if any."""

    __tablename__ = "contacts"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - the haystack belongs to the database

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str]
    channel: Mapped[str]
    request_kind: Mapped[str]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey(Unit.id))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    reporter: Mapped[str] = mapped_column(default="")
    summary: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    recorded_by_name: Mapped[str]
    subject_type: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    initials: Mapped[str] = mapped_column(default="")  # of the reporter, as they are typed to find the name
    haystack: Mapped[str | None] = mapped_column(FetchedValue(), deferred=True)  # what the search looks through

    unit: Mapped[Unit | None] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board)."""
        return self.occurred_at
