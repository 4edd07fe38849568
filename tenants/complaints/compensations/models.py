"""What the company gives a customer: asked for, decided by amount, promised, paid (D13, A5)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.approvals.models import Approval
from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment
from tenants.releases.models import Release

KIND = "compensation"
"""The chain that decides it, and the kind of its approvals."""


class Compensation(Model):
    """An application 赔偿、补偿、折让 over an `amount` in yuan, and the approval it was submitted to."""

    __tablename__ = "complaint_compensations"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    reason: Mapped[str]
    content_hash: Mapped[str]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    asked_by_name: Mapped[str]

    approval: Mapped[Approval] = relationship(lazy="raise")


class Promise(Model):
    """A letter in which an approved compensation is promised."""

    __tablename__ = "compensation_promises"

    release_id: Mapped[UUID] = mapped_column(ForeignKey(Release.id), primary_key=True)
    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[UUID]
    approval_state: Mapped[str] = mapped_column(default="approved")
    promised_at: Mapped[datetime] = mapped_column(Moment)


class Payment(Model):
    """兑现: an approved compensation was paid or given, on a day, in a way."""

    __tablename__ = "compensation_payments"

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[UUID]
    approval_state: Mapped[str] = mapped_column(default="approved")
    paid_on: Mapped[date] = mapped_column(Date)
    how: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    recorded_by_name: Mapped[str]
