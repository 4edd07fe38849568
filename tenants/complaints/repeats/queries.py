"""What a complaint is linked to, and how often it came again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, or_, select

from saas.db import db
from tenants.complaints.models import Complaint
from tenants.complaints.repeats.models import Link

ON = Link.unlinked_at.is_(None)


@dataclass(frozen=True)
class Linked:
    """Another complaint on the same matter; `to` when this one was linked to it, not it to this one."""

    id: UUID
    number: str
    subject: str
    state: str
    received_at: datetime
    kind: str
    to: bool


def link_of(complaint_id: UUID) -> Link | None:
    """The link from this complaint to an earlier one, if one is on."""
    return db.session.scalars(select(Link).where(Link.complaint_id == complaint_id, ON)).one_or_none()


def linked(complaint_id: UUID) -> list[Linked]:
    """The complaints that it is linked to, or that are linked to it, the oldest first, in one query."""
    to: Any = Link.complaint_id == complaint_id
    other = case((to, Link.of_id), else_=Link.complaint_id)
    shown = Complaint.id, Complaint.number, Complaint.subject, Complaint.state, Complaint.received_at
    query = (
        select(*shown, Link.kind, to.label("to"))
        .join(Link, Complaint.id == other)
        .where(ON, or_(to, Link.of_id == complaint_id))
        .order_by(Complaint.received_at)
    )
    return [Linked(*row) for row in db.session.execute(query)]
