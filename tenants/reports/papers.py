"""The report on paper: 送审稿 at any time, and the final copy once every chain has approved (I7)."""

from uuid import UUID

from sqlalchemy import select

from saas.db import db
from saas.documents import actions as documents
from saas.documents.models import Document
from saas.identity.actor import Actor
from saas.problem import Conflict
from tenants.reports import access
from tenants.reports.decisions import Decisions, decisions
from tenants.reports.holding import holds, lock
from tenants.reports.models import Report, ReportArchive, ReportPaper

DRAFT, FINAL = "report_draft", "report_final"
"""The names under which the PDF worker knows them."""


def ask_draft(report_id: UUID, *, by: Actor) -> Document:
    """Ask for the current version as 送审稿. One of an older version that is under way is cancelled."""
    holds(by, "查看服务报告", *access.READERS)
    report = lock(report_id)
    return _ask(report, DRAFT, f"{report.title}（送审稿第 {report.version} 版）", by)


def ask_final(report_id: UUID, *, by: Actor) -> Document:
    """Ask again for the final copy, when its making failed or was cancelled. Raises Conflict when there is one."""
    holds(by, "生成报告定稿", *access.PUBLISHERS)
    report = lock(report_id)
    if not decisions(report).approved:
        raise Conflict("报告还没有批准，批准后才能生成定稿")
    if db.session.get(ReportArchive, (report.id, report.version)) is not None:
        raise Conflict("定稿已经生成并存档，不用再生成")
    return _ask(report, FINAL, report.title, by)


def make_final(report: Report) -> Document | None:
    """Ask for the final copy in the name of whoever submitted it, if all approvals are there and it is not archived."""
    found = decisions(report)
    if not found.approved or db.session.get(ReportArchive, (report.id, report.version)) is not None:
        return None
    return _ask(report, FINAL, report.title, _submitter(found))


def _submitter(found: Decisions) -> Actor:
    assert found.main is not None, "an approved report was submitted"
    return Actor(found.main.author_id, found.main.author_name, frozenset(access.WRITERS))


def _ask(report: Report, kind: str, title: str, by: Actor) -> Document:
    document = documents.ask_for(kind, report, title, readers=access.READERS, by=by)
    paper = db.session.get(ReportPaper, document.id)
    if paper is not None and paper.version != report.version:
        documents.cancel(document, by=by)
        db.session.flush()
        document = documents.ask_for(kind, report, title, readers=access.READERS, by=by)
        paper = db.session.get(ReportPaper, document.id)
    if paper is None:
        db.session.add(
            ReportPaper(document_id=document.id, report_id=report.id, version=report.version, final=kind == FINAL)
        )
        db.session.flush()
    return document


def papers_of(report: Report) -> list[tuple[ReportPaper, Document]]:
    """The papers of a report, newest first."""
    query = select(ReportPaper, Document).join(Document, Document.id == ReportPaper.document_id)
    rows = db.session.execute(query.where(ReportPaper.report_id == report.id).order_by(Document.requested_at.desc()))
    return [(row[0], row[1]) for row in rows.all()]
