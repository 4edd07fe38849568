"""Digests as they were taken, their papers, who got them, what was written to them; and case reviews."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Date, DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.documents.models import Document
from saas.policy.periods import midnight
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint

Moment = DateTime(timezone=True)


class Digest(Model):
    """The figures of a month or week, taken once. The kinds `statistics` and `callbacks` are sent, others filed."""

    __tablename__ = "digests"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    begins: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    taken_at: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    taken_by_name: Mapped[str]

    receipts: Mapped[list["Receipt"]] = relationship(lambda: Receipt, order_by=lambda: Receipt.name, lazy="selectin")
    filing: Mapped["Filing | None"] = relationship(lazy="selectin")

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board)."""
        return midnight(self.begins)


class DigestPaper(Model):
    """A rendering of a digest."""

    __tablename__ = "digest_papers"

    document_id: Mapped[UUID] = mapped_column(ForeignKey(Document.id), primary_key=True)
    digest_id: Mapped[UUID] = mapped_column(ForeignKey(Digest.id))


class Receipt(Model):
    """Somebody was sent a digest on paper, once, in a role."""

    __tablename__ = "digest_receipts"

    digest_id: Mapped[UUID] = mapped_column(ForeignKey(Digest.id), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id), primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    document_id: Mapped[UUID] = mapped_column(ForeignKey(DigestPaper.document_id))
    sent_at: Mapped[datetime] = mapped_column(Moment)


class Filing(Model):
    """A person wrote remarks to a digest and filed it."""

    __tablename__ = "digest_filings"

    digest_id: Mapped[UUID] = mapped_column(ForeignKey(Digest.id), primary_key=True)
    remarks: Mapped[str]
    filed_at: Mapped[datetime] = mapped_column(Moment)
    filed_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    filed_by_name: Mapped[str]


class CaseReview(Model):
    """案例分析 of a quarter: chosen cases, the analysis, measures, and what became of the earlier measures."""

    __tablename__ = "case_reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    begins: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    analysis: Mapped[str]
    filed_at: Mapped[datetime] = mapped_column(Moment)
    filed_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    filed_by_name: Mapped[str]

    measures: Mapped[list["Measure"]] = relationship(order_by="Measure.nth", lazy="selectin")
    checks: Mapped[list["MeasureCheck"]] = relationship(lazy="selectin")

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board)."""
        return midnight(self.begins)


class ReviewedCase(Model):
    """A case that a review looks at."""

    __tablename__ = "case_review_cases"

    review_id: Mapped[UUID] = mapped_column(ForeignKey(CaseReview.id), primary_key=True)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)


class Measure(Model):
    """What is to be done so that it does not happen again, by whom and by when."""

    __tablename__ = "case_review_measures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    review_id: Mapped[UUID] = mapped_column(ForeignKey(CaseReview.id))
    nth: Mapped[int]
    text: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    owner_name: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date)


class MeasureCheck(Model):
    """What a later review found out about a measure."""

    __tablename__ = "case_review_checks"

    measure_id: Mapped[UUID] = mapped_column(ForeignKey(Measure.id), primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey(CaseReview.id), primary_key=True)
    carried_out: Mapped[bool]
    finding: Mapped[str]

    measure: Mapped[Measure] = relationship(lazy="selectin")
