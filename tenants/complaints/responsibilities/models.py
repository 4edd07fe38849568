"""Responsibility records: facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment

DELAY, LOSS = "delay", "loss"
KINDS = {DELAY: "延误", LOSS: "造成损失"}


class Responsibility(Model):
    """Who answers for a delay (of these clocks) or a loss, what was found, and what followed."""

    __tablename__ = "responsibilities"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    stages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    person_name: Mapped[str]
    finding: Mapped[str]
    measure: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    recorded_by_name: Mapped[str]
