"""Major complaints: the alarm, whom it reached, the warning, the crisis team's meetings (D9), negotiations (D8)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment

TOLD, WARNED = "told", "warned"


class Alarm(Model):
    """A complaint became major at a moment, on a ground of the pack; lifted when it turns out not to be."""

    __tablename__ = "complaint_alarms"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id))
    nth: Mapped[int]
    ground: Mapped[str]
    words: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(Moment)
    raised_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    raised_by_name: Mapped[str]
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    lifted_by_name: Mapped[str | None]


class Telling(Model):
    """One person was told of an alarm at once, or got the warning."""

    __tablename__ = "alarm_tellings"

    alarm_id: Mapped[UUID] = mapped_column(ForeignKey(Alarm.id), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id), primary_key=True)
    staff_name: Mapped[str]
    told_at: Mapped[datetime] = mapped_column(Moment)


class Warned(Model):
    """预警报备 to quality and legal, once for an alarm."""

    __tablename__ = "alarm_warnings"

    alarm_id: Mapped[UUID] = mapped_column(ForeignKey(Alarm.id), primary_key=True)
    text: Mapped[str]
    warned_at: Mapped[datetime] = mapped_column(Moment)
    warned_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    warned_by_name: Mapped[str]


class Meeting(Model):
    """A meeting of the crisis team: who, what was decided, and the leader in charge."""

    __tablename__ = "alarm_meetings"

    alarm_id: Mapped[UUID] = mapped_column(ForeignKey(Alarm.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    held_at: Mapped[datetime] = mapped_column(Moment)
    participants: Mapped[str]
    decisions: Mapped[str]
    leader_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    leader_name: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    recorded_by_name: Mapped[str]


class Negotiation(Model):
    """The managers of the business department and of customer service met the customer together (D8)."""

    __tablename__ = "complaint_negotiations"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    held_at: Mapped[datetime] = mapped_column(Moment)
    business_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    business_name: Mapped[str]
    service_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    service_name: Mapped[str]
    customer: Mapped[str]
    outcome: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    recorded_by_name: Mapped[str]
