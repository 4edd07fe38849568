"""Reminders and the mails that carried them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff

Moment = DateTime(timezone=True)

WARN, LATE, ESCALATION, APPROVAL_WAITING = "warn", "late", "escalation", "approval_waiting"
URGED, COPIED, ALARM, ASSIGNED = "urged", "copied", "alarm", "assigned"


class Reminder(Model):
    """One person was told one thing on one occasion (R2). `path` is the record's address inside the tenant."""

    __tablename__ = "reminders"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    stage: Mapped[str]
    occasion: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    title: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    clause: Mapped[str] = mapped_column(default="")
    path: Mapped[str]
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)

    staff: Mapped[Staff] = relationship(lazy="raise")


class ReminderMail(Model):
    """One attempt to mail a reminder (promise 4). Without an outcome it may be out: never sent again by itself."""

    __tablename__ = "reminder_mails"

    reminder_id: Mapped[UUID] = mapped_column(ForeignKey(Reminder.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None]
    detail: Mapped[str] = mapped_column(default="")
