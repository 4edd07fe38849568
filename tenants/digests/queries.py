"""Reading digests and case reviews."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from saas.db import db
from saas.documents.models import Document
from tenants.complaints.facts import Callback
from tenants.complaints.models import Complaint
from tenants.digests.models import CaseReview, Digest, DigestPaper, Filing, Measure, MeasureCheck, ReviewedCase
from tenants.digests.words import MONTHLY, WEEKLY, Days

SHOWN = 24
MOST_CALLBACKS = 500


def of(kind: str, begins: date) -> Digest | None:
    """The digest of this kind that was taken for the days from `begins`."""
    return db.session.scalars(select(Digest).where(Digest.kind == kind, Digest.begins == begins)).one_or_none()


def latest(limit: int = SHOWN) -> list[Digest]:
    """The newest of every kind."""
    return list(db.session.scalars(select(Digest).order_by(Digest.begins.desc(), Digest.kind).limit(limit)))


def unfiled(limit: int = SHOWN) -> list[Digest]:
    """Weekly and monthly ones that wait for somebody's remarks, the oldest first."""
    query = select(Digest).outerjoin(Filing).where(Digest.kind.in_((WEEKLY, MONTHLY)), Filing.digest_id.is_(None))
    return list(db.session.scalars(query.order_by(Digest.begins).limit(limit)))


def paper_of(digest: Digest) -> Document | None:
    """Its newest paper."""
    query = select(Document).join(DigestPaper, DigestPaper.document_id == Document.id)
    return db.session.scalars(
        query.where(DigestPaper.digest_id == digest.id).order_by(Document.requested_at.desc()).limit(1)
    ).one_or_none()


def callbacks(days: Days) -> list[tuple[Callback, Complaint]]:
    """The callbacks of these days with their cases, the newest first: what the figures counted."""
    query = (
        select(Callback, Complaint)
        .join(Complaint, Complaint.id == Callback.complaint_id)
        .options(lazyload(Complaint.stages))
        .where(Callback.called_at >= days.begin, Callback.called_at < days.end)
        .order_by(Callback.called_at.desc(), Complaint.id)
        .limit(MOST_CALLBACKS)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def reviews() -> list[CaseReview]:
    """All case reviews, the newest first."""
    return list(db.session.scalars(select(CaseReview).order_by(CaseReview.begins.desc())))


def review_of(begins: date) -> CaseReview | None:
    """The review of the quarter that begins on this day."""
    return db.session.scalars(select(CaseReview).where(CaseReview.begins == begins)).one_or_none()


def open_measures(before: date) -> list[Measure]:
    """Measures of earlier reviews that nobody has found carried out yet, by the day they are due."""
    done = select(MeasureCheck.measure_id).where(MeasureCheck.carried_out)
    query = select(Measure).join(CaseReview, CaseReview.id == Measure.review_id)
    query = query.where(CaseReview.begins < before, Measure.id.not_in(done)).order_by(Measure.due_on, Measure.id)
    return list(db.session.scalars(query))


def cases_of(review_id: UUID) -> list[Complaint]:
    """The cases that a review looks at."""
    query = select(Complaint).join(ReviewedCase, ReviewedCase.complaint_id == Complaint.id)
    query = query.options(lazyload(Complaint.stages)).where(ReviewedCase.review_id == review_id)
    return list(db.session.scalars(query.order_by(Complaint.received_at)))


def choosable(days: Days, grave: Sequence[str], limit: int = 60) -> list[Complaint]:
    """The cases of a quarter that a review may choose from: the gravest first, those that ran late next."""
    heavy = Complaint.severity.in_(list(grave))
    query = select(Complaint).options(lazyload(Complaint.stages))
    query = query.where(Complaint.received_at >= days.begin, Complaint.received_at < days.end)
    return list(db.session.scalars(query.order_by(heavy.desc(), Complaint.received_at.desc()).limit(limit)))
