"""Reading follow-ups."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from saas.db import db
from tenants.complaints.follow_ups.models import FollowUp, FollowUpAnswer
from tenants.complaints.models import Complaint

_ANSWERED = (
    select(FollowUpAnswer.nth)
    .where(FollowUpAnswer.complaint_id == FollowUp.complaint_id, FollowUpAnswer.nth == FollowUp.nth)
    .exists()
)


def of(complaint_id: UUID) -> list[FollowUp]:
    """What the callbacks of a case raised, oldest first, with the answers."""
    query = select(FollowUp).where(FollowUp.complaint_id == complaint_id).order_by(FollowUp.nth)
    return list(db.session.scalars(query))


def unanswered(complaint_id: UUID) -> list[FollowUp]:
    """What of it has no answer yet, the first promised first."""
    query = select(FollowUp).where(FollowUp.complaint_id == complaint_id, ~_ANSWERED)
    return list(db.session.scalars(query.order_by(FollowUp.promised_on, FollowUp.nth)))


def all_unanswered(limit: int = 200) -> list[tuple[FollowUp, Complaint]]:
    """Every promise that is open, with its case, the first promised first."""
    query = select(FollowUp, Complaint).join(Complaint, Complaint.id == FollowUp.complaint_id).where(~_ANSWERED)
    rows = db.session.execute(query.options(lazyload(Complaint.stages)).order_by(FollowUp.promised_on).limit(limit))
    return [(row[0], row[1]) for row in rows]
