"""Reading responsibility records, and the missed clocks that ask for one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from saas.db import db
from tenants.complaints.models import Complaint
from tenants.complaints.responsibilities.models import Responsibility


def of(complaint_id: UUID) -> list[Responsibility]:
    """The records of a case, oldest first."""
    query = select(Responsibility).where(Responsibility.complaint_id == complaint_id).order_by(Responsibility.nth)
    return list(db.session.scalars(query))


def missed(complaint: Complaint, now: datetime) -> list[str]:
    """The clocks of a case that were met too late or have run out, in the order of their limits."""
    found = [s for s in complaint.stages if s.dropped_at is None and (s.met_at or now) > s.due_at]
    return list(dict.fromkeys(stage.stage for stage in sorted(found, key=lambda each: each.due_at)))
