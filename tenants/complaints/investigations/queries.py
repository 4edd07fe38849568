"""Reading the investigation reports of a complaint."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from saas.approvals.models import Approval
from saas.db import db
from tenants.complaints.investigations.models import Investigation


def versions(complaint_id: UUID) -> list[Investigation]:
    """Every version with its approval, the oldest first."""
    query = select(Investigation).where(Investigation.complaint_id == complaint_id).order_by(Investigation.nth)
    return list(db.session.scalars(query.options(joinedload(Investigation.approval))))


def approved(complaint_id: UUID) -> bool:
    """Whether a version of the report stands approved."""
    query = select(Investigation.nth).join(Approval, Approval.id == Investigation.approval_id)
    stands = Investigation.complaint_id == complaint_id, Approval.state == "approved"
    return db.session.scalar(query.where(*stands).limit(1)) is not None
