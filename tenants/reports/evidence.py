"""What the reports of a period show: approved and copied in time (I1, I2), submitted, published and kept (I3, I6).

Periodic clauses ask for the quarter that a report is about, the others for what happened in the period.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, any_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from saas import clock
from saas.approvals.models import Approval, ApprovalCopy
from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from saas.tenancy.staff import Staff
from tenants.reports.models import (
    CommitteeAnswer,
    CommitteeWaiver,
    Report,
    ReportArchive,
    ReportCheck,
    ReportCover,
    ReportPublication,
    ReportVersion,
)

PAGE = "reports.show"
TITLE = 'YYYY" 年第 "Q" 季度物业服务报告"'


def _rows(at: Any, *verdict: tuple[ColumnElement[bool], str]) -> Select[Any]:
    return select(
        Report.id, func.to_char(Report.begins, TITLE).label("label"), at.label("at"), case(*verdict).label("verdict")
    )


def _of_quarter(asked: Question) -> ColumnElement[bool]:
    first, last = clock.local(asked.begin).date(), clock.local(asked.end).date()
    return and_(Report.begins >= first, Report.begins < last)


def approved(asked: Question) -> Rows:
    """Reports of the quarter by the moment at which the last step approved and quality had its copy (I1)."""
    had = ApprovalCopy.copied_at >= Approval.ended_at
    quality = exists().where(Staff.id == ApprovalCopy.staff_id, any_(Staff.roles) == "quality")
    copied = (
        select(func.min(ApprovalCopy.copied_at))
        .where(ApprovalCopy.approval_id == Approval.id, or_(had, quality))
        .scalar_subquery()
    )
    moment = func.greatest(Approval.ended_at, copied)
    rows = (
        _rows(moment, (copied.is_not(None), MET))
        .join(ReportCover, and_(ReportCover.report_id == Report.id, ReportCover.version == Report.version))
        .join(
            Approval,
            and_(
                Approval.subject_id == ReportCover.release_id,
                Approval.version == ReportCover.release_version,
                Approval.content_hash == ReportCover.release_hash,
                Approval.state == "approved",
            ),
        )
    )
    return Rows(rows.where(_of_quarter(asked)), PAGE)


def finance_approved(asked: Question) -> Rows:
    """Submissions to finance in the period; missed where the report went out without its approval (I2)."""
    out = exists().where(
        ReportPublication.report_id == Report.id,
        ReportPublication.finance_approval_id.is_distinct_from(Approval.id),
        ReportPublication.version == Approval.version,
    )
    verdict = (Approval.state == "approved", MET), (out, MISSED), (Approval.state == "pending", OPEN)
    rows = _rows(Approval.submitted_at, *verdict).join(Approval, Approval.subject_id == Report.id)
    between = Approval.submitted_at >= asked.begin, Approval.submitted_at < asked.end
    return Rows(rows.where(*between, Approval.kind == asked.clause.chain), PAGE)


def submitted(asked: Question) -> Rows:
    """Reports archived after their approval in the period: answered by the owners' committee or excused, or waiting;
    missed where they went out without (I3)."""
    archive = _current(ReportArchive)
    about = (
        exists().where(fact.report_id == Report.id, fact.version == Report.version)
        for fact in (CommitteeAnswer, CommitteeWaiver)
    )
    out = exists().where(ReportPublication.report_id == Report.id)
    rows = _rows(ReportArchive.archived_at, (or_(*about), MET), (out, MISSED), (~out, OPEN)).join(
        ReportArchive, archive
    )
    return Rows(rows.where(ReportArchive.archived_at >= asked.begin, ReportArchive.archived_at < asked.end), PAGE)


def published(asked: Question) -> Rows:
    """Reports of the quarter by the moment of their publication (I3)."""
    rows = _rows(ReportPublication.published_at, (literal(True), MET))
    return Rows(rows.join(ReportPublication, ReportPublication.report_id == Report.id).where(_of_quarter(asked)), PAGE)


def archived(asked: Question) -> Rows:
    """Copies archived in the period; missed where the latest comparison found one altered or gone (I3)."""
    other = aliased(ReportCheck)
    latest = (
        select(other.intact)
        .where(other.report_id == ReportArchive.report_id, other.version == ReportArchive.version)
        .order_by(other.checked_at.desc(), other.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = _rows(ReportArchive.archived_at, (latest.is_(False), MISSED), (literal(True), MET))
    rows = rows.join(ReportArchive, ReportArchive.report_id == Report.id)
    return Rows(rows.where(ReportArchive.archived_at >= asked.begin, ReportArchive.archived_at < asked.end), PAGE)


def finance_published(asked: Question) -> Rows:
    """Reports of the quarter by the moment at which a text about income and expense was published in them (I6)."""
    sections = asked.pack.report.sections if asked.pack.report else ()
    told = or_(*(ReportVersion.texts.has_key(section.code) for section in sections if section.accounts), literal(False))
    rows = (
        _rows(ReportPublication.published_at, (told, MET))
        .join(ReportPublication, ReportPublication.report_id == Report.id)
        .join(
            ReportVersion,
            and_(
                ReportVersion.report_id == ReportPublication.report_id,
                ReportVersion.version == ReportPublication.version,
            ),
        )
    )
    return Rows(rows.where(_of_quarter(asked)), PAGE)


def _current(fact: type[ReportArchive]) -> ColumnElement[bool]:
    return and_(fact.report_id == Report.id, fact.version == Report.version)


OWN = {
    "approved": (approved, ("reports", "releases")),
    "finance_approved": (finance_approved, ("reports",)),
    "submitted": (submitted, ("reports",)), "published": (published, ("reports",)),
    "archived": (archived, ("reports",)), "finance_published": (finance_published, ("reports",)),
}  # fmt: skip
EVIDENCE = {f"reports.{name}": Source(query, of) for name, (query, of) in OWN.items()}
