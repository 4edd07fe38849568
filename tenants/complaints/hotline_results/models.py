"""Results reported by a project; in the head office what arrived and the callback: facts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.facts import Handling
from tenants.complaints.models import Moment

SOURCE = "company_hotline"
"""How a pack calls the company's own hotline among its sources."""


class HotlineResult(Model):
    """What the project told quality about the handling of this number."""

    __tablename__ = "hotline_results"
    __table_args__ = (ForeignKeyConstraint(["complaint_id", "nth"], [Handling.complaint_id, Handling.nth]),)

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    result: Mapped[str]
    reported_at: Mapped[datetime] = mapped_column(Moment)
    reported_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    reported_by_name: Mapped[str]


class HotlineArrival(Model):
    """A result as it came to the head office; `tenant` is the schema of the project."""

    __tablename__ = "hotline_arrivals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tenant: Mapped[str]
    complaint_id: Mapped[UUID]
    number: Mapped[str]
    subject: Mapped[str]
    result: Mapped[str]
    handled_at: Mapped[datetime] = mapped_column(Moment)
    reported_at: Mapped[datetime] = mapped_column(Moment)
    reported_by_name: Mapped[str]
    arrived_at: Mapped[datetime] = mapped_column(Moment)

    callback: Mapped["HotlineCallback | None"] = relationship(lazy="selectin")

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board)."""
        return self.reported_at


class HotlineCallback(Model):
    """Quality's own callback: how the customer finds the handling."""

    __tablename__ = "hotline_callbacks"

    arrival_id: Mapped[UUID] = mapped_column(ForeignKey(HotlineArrival.id), primary_key=True)
    satisfaction: Mapped[int]
    opinion: Mapped[str]
    called_at: Mapped[datetime] = mapped_column(Moment)
    called_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    called_by_name: Mapped[str]
