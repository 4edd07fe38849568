"""A complaint that came by a department of the company, who took it up, and how it ended: facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment

SOURCE = "department"
"""How a pack calls the company's own departments among its sources."""
PASSED_ON, ANSWERED = "passed_on", "answered"
OUTCOMES = {PASSED_ON: "转由项目办理", ANSWERED: "公司已直接答复"}


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
    outcome: Mapped["Outcome | None"] = relationship(
        lazy="selectin", primaryjoin="foreign(Outcome.complaint_id) == Transfer.complaint_id", viewonly=True
    )


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


class Outcome(Model):
    """办结: a project handles it under a number of its own, or the company answered, and how content the customer was
    (none for no word of it)."""

    __tablename__ = "transfer_outcomes"
    __table_args__ = (
        ForeignKeyConstraint(["complaint_id", "handed_over_by"], [Taking.complaint_id, Taking.handed_over_by]),
    )

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    handed_over_by: Mapped[UUID]
    kind: Mapped[str]
    project: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    satisfaction: Mapped[int | None]
    concluded_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    concluded_by_name: Mapped[str]
    concluded_at: Mapped[datetime] = mapped_column(Moment)
