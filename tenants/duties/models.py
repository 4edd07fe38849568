"""Duties, the moves that were asked for, the rounds that generated them, and who has a calendar address."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Date, DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.approvals.models import Approval
from saas.db import Model
from saas.policy.periods import Period
from saas.tenancy.staff import Staff

Moment = DateTime(timezone=True)


class Duty(Model):
    """One periodic clause in one period 周期义务. `due_on` is what the regulation says, also when the duty was moved.

    `version` counts its changes: forms are checked against it, calendar programs tell revisions by it.
    """

    __tablename__ = "duties"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    clause: Mapped[str]
    begins: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    moved_to: Mapped[date | None] = mapped_column(Date)
    moved_reason: Mapped[str] = mapped_column(default="")
    moved_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    pack_version: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def period(self) -> Period:
        """The days that it is about."""
        return Period(self.begins, self.ends)

    @property
    def until(self) -> date:
        """The last day on which it is in time as things stand now: the moved date, or the planned one."""
        return self.moved_to or self.due_on


class Move(Model):
    """One move that was asked for, with its approval; the duty is moved once that is given."""

    __tablename__ = "duty_moves"

    duty_id: Mapped[UUID] = mapped_column(ForeignKey(Duty.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    moved_to: Mapped[date] = mapped_column(Date)
    reason: Mapped[str]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    asked_by_name: Mapped[str]

    approval: Mapped[Approval] = relationship(lazy="raise")


class Round(Model):
    """A day on which the duties to come were generated."""

    __tablename__ = "duty_rounds"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Moment)


class Feed(Model):
    """A person has a calendar address, from one moment to another. The address itself is nowhere, only its hash."""

    __tablename__ = "duty_feeds"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
