"""A daily work report, the contacts it was drawn from, and that the head has read it. Inserted once, never changed."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Date, DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.policy.periods import midnight
from saas.tenancy.staff import Staff
from tenants.contacts.models import Contact

Moment = DateTime(timezone=True)


class WorkReport(Model):
    """One person's day. `filed_to` is the role of the head when it was filed."""

    __tablename__ = "work_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    staff_name: Mapped[str]
    day: Mapped[date] = mapped_column(Date)
    remarks: Mapped[str] = mapped_column(default="")
    filed_to: Mapped[str]
    filed_at: Mapped[datetime] = mapped_column(Moment)

    lines: Mapped[list["Line"]] = relationship(lazy="raise")
    reading: Mapped["Reading | None"] = relationship(lazy="raise")

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board)."""
        return midnight(self.day)


class Line(Model):
    """One contact of the day, and how far its matter was when the report was filed; empty where there was none."""

    __tablename__ = "work_report_contacts"

    report_id: Mapped[UUID] = mapped_column(ForeignKey(WorkReport.id), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey(Contact.id), primary_key=True)
    state: Mapped[str] = mapped_column(default="")

    contact: Mapped[Contact] = relationship(lazy="raise")


class Reading(Model):
    """批阅: the head read it."""

    __tablename__ = "work_report_readings"

    report_id: Mapped[UUID] = mapped_column(ForeignKey(WorkReport.id), primary_key=True)
    words: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime] = mapped_column(Moment)
    read_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    read_by_name: Mapped[str]
