"""A closed complaint is taken up again: why, by whom, from when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model, db
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment


class Reopening(Model):
    """重新办理: what was closed is open again; its clocks run anew, the earlier ones stay as they ended."""

    __tablename__ = "complaint_reopenings"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    reopened_at: Mapped[datetime] = mapped_column(Moment)
    reopened_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    reopened_by_name: Mapped[str]


def reopenings(complaint_id: UUID) -> list[Reopening]:
    """All of them, the oldest first."""
    query = select(Reopening).where(Reopening.complaint_id == complaint_id).order_by(Reopening.nth)
    return list(db.session.scalars(query))


def open_since(complaint_id: UUID) -> datetime | None:
    """Since when a reopened complaint is open again; what happened before that does not close it a second time."""
    last = reopenings(complaint_id)
    return last[-1].reopened_at if last else None
