"""A report and its facts: versions, pictures, its letters, its papers, the archived copy, the publication."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Date, DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saas.approvals.models import Approval
from saas.db import Model
from saas.documents.models import Document
from saas.policy.periods import Every, Period, period
from saas.tenancy.staff import Staff
from tenants.releases.models import Release

Moment = DateTime(timezone=True)


class Report(Model):
    """The report of one quarter. `covers_from` is later than `begins` where the project began within the quarter.

    `version` is the current one; `token` opens the public page and the page of verification.
    """

    __tablename__ = "reports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str]
    begins: Mapped[date] = mapped_column(Date)
    covers_from: Mapped[date] = mapped_column(Date)
    version: Mapped[int]
    token: Mapped[str]
    started_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    started_by_name: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def quarter(self) -> Period:
        """The quarter that it is about."""
        return period(Every.QUARTER, self.begins)

    @property
    def evidence_since(self) -> date:
        """The first day whose period may count it (board): its quarter is judged after it has ended."""
        return self.begins

    @property
    def title(self) -> str:
        """2026 年第 3 季度物业服务报告."""
        return f"{self.quarter.label}物业服务报告"


class ReportVersion(Model):
    """What one version said; the hash covers texts, figures and pictures. `changed` names the part that was edited."""

    __tablename__ = "report_versions"

    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    texts: Mapped[dict[str, str]] = mapped_column(JSONB)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    pictures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    changed: Mapped[str]
    content_hash: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    written_by_name: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(Moment)


class ReportPicture(Model):
    """A picture as it is kept: tidied, without what the camera wrote into it."""

    __tablename__ = "report_pictures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id))
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    added_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    added_by_name: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(Moment)


class ReportCover(Model):
    """This version of the letter goes with this version of the report."""

    __tablename__ = "report_covers"

    release_id: Mapped[UUID] = mapped_column(ForeignKey(Release.id), primary_key=True)
    release_version: Mapped[int] = mapped_column(primary_key=True)
    release_hash: Mapped[str]
    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id))
    version: Mapped[int]
    content_hash: Mapped[str]
    submitted_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    submitted_by_name: Mapped[str]
    submitted_at: Mapped[datetime] = mapped_column(Moment)


class ReportPaper(Model):
    """Which version a document shows: 送审稿, or the final one."""

    __tablename__ = "report_papers"

    document_id: Mapped[UUID] = mapped_column(ForeignKey(Document.id), primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id))
    version: Mapped[int]
    final: Mapped[bool]


class ReportArchive(Model):
    """The archived copy 存档 of an approved version, known by its SHA-256 (I3)."""

    __tablename__ = "report_archives"

    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    document_id: Mapped[UUID] = mapped_column(ForeignKey(ReportPaper.document_id))
    sha256: Mapped[str]
    size: Mapped[int]
    archived_at: Mapped[datetime] = mapped_column(Moment)


class ReportCheck(Model):
    """One comparison of the archived copy with the register: by the system, or by a person."""

    __tablename__ = "report_checks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id))
    version: Mapped[int]
    intact: Mapped[bool]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    checked_by_name: Mapped[str]
    checked_at: Mapped[datetime] = mapped_column(Moment)


class CommitteeLink(Model):
    """An address for one answer of the owners' committee about one version; a new one ends the former."""

    __tablename__ = "committee_links"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id))
    version: Mapped[int]
    token: Mapped[str]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    opened_by_name: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class CommitteeAnswer(Model):
    """What the owners' committee said: agreed, or an opinion; who signed, and the signed sheet if there is one (I3)."""

    __tablename__ = "committee_answers"

    link_id: Mapped[UUID] = mapped_column(ForeignKey(CommitteeLink.id), primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id))
    version: Mapped[int]
    verdict: Mapped[str]
    opinion: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    sheet_sha256: Mapped[str | None]
    answered_at: Mapped[datetime] = mapped_column(Moment)


class CommitteeWaiver(Model):
    """Why a version goes out without an answer of the owners' committee."""

    __tablename__ = "committee_waivers"

    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    waived_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    waived_by_name: Mapped[str]
    waived_at: Mapped[datetime] = mapped_column(Moment)


class ReportPublication(Model):
    """公布: which version, by which letter, under which approvals. There is one for a report, for ever."""

    __tablename__ = "report_publications"

    report_id: Mapped[UUID] = mapped_column(ForeignKey(Report.id), primary_key=True)
    version: Mapped[int]
    content_hash: Mapped[str]
    release_id: Mapped[UUID] = mapped_column(ForeignKey(Release.id))
    release_version: Mapped[int]
    release_hash: Mapped[str]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    approval_state: Mapped[str] = mapped_column(default="approved")
    fee_basis: Mapped[str]
    finance_approval_id: Mapped[UUID | None] = mapped_column(ForeignKey(Approval.id))
    finance_state: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    published_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    published_by_name: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(Moment)
