"""Reading reports: the quarters with what is on record about each, and everything that one page of a report needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import defer

from saas import clock
from saas.db import db
from saas.policy.pack import Clause, Pack
from saas.policy.periods import Every, Period, period, periods
from tenants.reports.decisions import Decisions, decisions_of
from tenants.reports.drafting import may_begin
from tenants.reports.holding import began_on, pack_of
from tenants.reports.models import (
    CommitteeAnswer,
    CommitteeLink,
    CommitteeWaiver,
    Report,
    ReportArchive,
    ReportPublication,
    ReportVersion,
)


@dataclass(frozen=True)
class Known:
    """A report and the facts about its current version."""

    report: Report
    version: ReportVersion
    decisions: Decisions
    archive: ReportArchive | None
    link: CommitteeLink | None
    answer: CommitteeAnswer | None
    waiver: CommitteeWaiver | None
    publication: ReportPublication | None


def find(report_id: UUID) -> Report | None:
    """One report, or None."""
    return db.session.get(Report, report_id)


def known(reports: Sequence[Report]) -> dict[UUID, Known]:
    """What is on record about each, in as many queries as for one."""
    ids, decided = [report.id for report in reports], decisions_of(reports)

    def current(model: Any) -> dict[UUID, Any]:
        here = and_(Report.id == model.report_id, Report.version == model.version)
        rows: Iterable[Any] = db.session.scalars(select(model).join(Report, here).where(Report.id.in_(ids)))
        return {row.report_id: row for row in rows}

    versions, archives, answers, waivers, publications = (
        current(model) for model in (ReportVersion, ReportArchive, CommitteeAnswer, CommitteeWaiver, ReportPublication)
    )
    open_links = select(CommitteeLink).where(CommitteeLink.report_id.in_(ids), CommitteeLink.ended_at.is_(None))
    links = {link.report_id: link for link in db.session.scalars(open_links)}
    return {
        report.id: Known(
            report, versions[report.id], decided[report.id], archives.get(report.id), links.get(report.id),
            answers.get(report.id), waivers.get(report.id), publications.get(report.id),
        )
        for report in reports
    }  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """A quarter: its report, if it is begun, and when it is due."""

    quarter: Period
    known: Known | None
    begins_at: datetime
    approved_by: date | None
    published_by: date | None
    partly: bool


def slots(today: date) -> list[Slot]:
    """Every quarter since the project began, the newest first; the running one once its report may be drafted."""
    began = began_on()
    quarters = [each for each in periods(Every.QUARTER, began, today) if may_begin(each) <= clock.now()]
    reports = list(db.session.scalars(select(Report).order_by(Report.begins)))
    quarters = sorted({*quarters, *(report.quarter for report in reports)}, reverse=True)
    facts = {one.report.begins: one for one in known(reports).values()}
    return [
        Slot(
            each, facts.get(each.begins), may_begin(each), _due(each, "reports.approved"),
            _due(each, "reports.published"), each.begins < began,
        )
        for each in quarters
    ]  # fmt: skip


def next_slot(today: date) -> tuple[Period, datetime]:
    """The running quarter, and from when its report may be drafted."""
    running = period(Every.QUARTER, today)
    return running, may_begin(running)


def clause_for(pack: Pack, evidence: str) -> Clause | None:
    """The clause that this evidence proves."""
    return next((clause for clause in pack.clauses.values() if clause.evidence == evidence), None)


def _due(quarter: Period, evidence: str) -> date | None:
    clause = clause_for(pack_of(quarter), evidence)
    return clause.deadline.of(quarter) if clause is not None and clause.deadline is not None else None


def versions_of(report: Report) -> list[ReportVersion]:
    """Every version without its contents, the newest first."""
    query = select(ReportVersion).where(ReportVersion.report_id == report.id).order_by(ReportVersion.version.desc())
    heavy = defer(ReportVersion.texts), defer(ReportVersion.figures), defer(ReportVersion.pictures)
    return list(db.session.scalars(query.options(*heavy)))
