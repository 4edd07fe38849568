"""Plans and checks of callbacks: facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.facts import Callback
from tenants.complaints.models import Complaint, Moment


class CallbackPlan(Model):
    """Who is to call back when; the one with the highest number counts."""

    __tablename__ = "callback_plans"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    caller_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    caller_name: Mapped[str]
    planned_for: Mapped[datetime] = mapped_column(Moment)
    planned_at: Mapped[datetime] = mapped_column(Moment)
    planned_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    planned_by_name: Mapped[str]


class CallbackCheck(Model):
    """The opinion on one callback, signed by somebody who did not make it."""

    __tablename__ = "callback_checks"
    __table_args__ = (ForeignKeyConstraint(["complaint_id", "nth"], [Callback.complaint_id, Callback.nth]),)

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    passed: Mapped[bool]
    opinion: Mapped[str]
    checked_at: Mapped[datetime] = mapped_column(Moment)
    checked_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    checked_by_name: Mapped[str]
