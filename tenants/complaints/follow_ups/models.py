"""Follow-ups and their answers: facts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.facts import Callback
from tenants.complaints.models import Complaint, Moment


class FollowUp(Model):
    """What the callback of this number raised, and the day promised for the answer."""

    __tablename__ = "follow_ups"
    __table_args__ = (ForeignKeyConstraint(["complaint_id", "nth"], [Callback.complaint_id, Callback.nth]),)

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str]
    promised_on: Mapped[date] = mapped_column(Date)
    promised_at: Mapped[datetime] = mapped_column(Moment)
    promised_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    promised_by_name: Mapped[str]

    answer: Mapped["FollowUpAnswer | None"] = relationship(lazy="selectin")


class FollowUpAnswer(Model):
    """What the customer was told about it."""

    __tablename__ = "follow_up_answers"
    __table_args__ = (ForeignKeyConstraint(["complaint_id", "nth"], [FollowUp.complaint_id, FollowUp.nth]),)

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    answered_at: Mapped[datetime] = mapped_column(Moment)
    answered_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    answered_by_name: Mapped[str]
