"""A complaint that came by a department of the company, and who took it up: facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment

SOURCE = "department"
"""How a pack calls the company's own departments among its sources."""


class Transfer(Model):
    """转交: which department had it, about which project. When the department got it is `received_at` of the card."""

    __tablename__ = "complaint_transfers"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    department: Mapped[str]
    project: Mapped[str] = mapped_column(default="")
    received_by_name: Mapped[str]
    handed_over_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    handed_over_by_name: Mapped[str]
    handed_over_at: Mapped[datetime] = mapped_column(Moment)

    taking: Mapped["Taking | None"] = relationship(lazy="selectin")


class Taking(Model):
    """接收: who took it up and when; never who handed it over."""

    __tablename__ = "transfer_takings"
    __table_args__ = (
        ForeignKeyConstraint(["complaint_id", "handed_over_by"], [Transfer.complaint_id, Transfer.handed_over_by]),
    )

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    handed_over_by: Mapped[UUID]
    taken_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    taken_by_name: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(Moment)
