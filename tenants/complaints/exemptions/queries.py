"""Reading exemptions, the letters that may answer many, and the cases that such a letter may answer too."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, literal, or_, select, union
from sqlalchemy.orm import lazyload

from saas.db import db
from tenants.complaints import states
from tenants.complaints.exemptions.models import Exemption
from tenants.complaints.facts import Reply
from tenants.complaints.models import Complaint
from tenants.complaints.repeats.models import Link
from tenants.releases.models import Release

OUT = ("delivered", "partly_delivered", "published")
ANSWERABLE = (states.HANDLED, states.REPLIED)


EXEMPT: ColumnElement[bool] = select(literal(1)).where(Exemption.complaint_id == Complaint.id).exists()
"""No callback is owed for the case that is asked about."""


def of(complaint_id: UUID, since: datetime | None = None) -> list[Exemption]:
    """The exemptions of a case, the latest last; those filed before it was reopened (`since`) excuse nothing more."""
    query = select(Exemption).where(Exemption.complaint_id == complaint_id).order_by(Exemption.nth)
    if since is not None:
        query = query.where(Exemption.filed_at >= since)
    return list(db.session.scalars(query))


def public_letters(limit: int = 30) -> list[Release]:
    """What is on a public page, the newest first."""
    query = select(Release).where(Release.state == "published").order_by(Release.changed_at.desc())
    return list(db.session.scalars(query.limit(limit)))


def letters_of(complaint_id: UUID) -> list[Release]:
    """The letters that reached the customer of a case."""
    query = select(Release).join(Reply, Reply.release_id == Release.id).where(Reply.complaint_id == complaint_id)
    return list(db.session.scalars(query.order_by(Reply.delivered_at.desc())))


def alike(complaint: Complaint, limit: int = 30) -> list[Complaint]:
    """Other cases whose work is finished and that are not closed, linked to this one or of its category."""
    query = select(Complaint).options(lazyload(Complaint.stages)).where(Complaint.id != complaint.id)
    links = Link.unlinked_at.is_(None), or_(Link.complaint_id == complaint.id, Link.of_id == complaint.id)
    ends = union(select(Link.complaint_id).where(*links), select(Link.of_id).where(*links))
    linked = Complaint.id.in_(ends)
    query = query.where(or_(linked, Complaint.category == complaint.category), Complaint.state.in_(ANSWERABLE))
    query = query.where(~EXEMPT).order_by(linked.desc(), Complaint.received_at.desc())
    return list(db.session.scalars(query.limit(limit)))
