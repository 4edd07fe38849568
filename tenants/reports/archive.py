"""存档: the final copy is kept by its content, compared with the register, and tells a copy that is another (I3)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from saas import clock, files
from saas.db import db, schema_of
from saas.documents.models import Document
from saas.events import record
from saas.identity.actor import Actor
from saas.jobs import enqueue
from saas.problem import Conflict
from tenants.reports import access
from tenants.reports.holding import holds, template_of
from tenants.reports.links import open_public
from tenants.reports.models import Report, ReportArchive, ReportCheck, ReportPaper, ReportVersion

CHECK_JOB = "reports.check"
"""The job that compares an archived copy with the register, again and again."""
MARK = re.compile(rb"(WYBG-\d{4}Q[1-4]-\d{4,12}) v(\d{1,6}) ([0-9a-f]{64})")
"""What our papers say of themselves, among the keywords: number, version, hash of the content."""


def keep(document_id: UUID) -> ReportArchive | None:
    """Archive a final copy that is ready; again it changes nothing. Then its page of verification opens.

    Nothing for a draft, and for a version that was edited while it was made.
    """
    paper = db.session.get(ReportPaper, document_id)
    document = db.session.get(Document, document_id)
    if paper is None or not paper.final or document is None or document.sha256 is None:
        return None
    report = db.session.get_one(Report, paper.report_id)
    archived = db.session.get(ReportArchive, (paper.report_id, paper.version))
    if archived is None:
        version = db.session.get_one(ReportVersion, (paper.report_id, paper.version))
        archived = ReportArchive(
            report_id=report.id, version=paper.version, content_hash=version.content_hash, document_id=document.id,
            sha256=document.sha256, size=document.size or 0, archived_at=clock.now(),
        )  # fmt: skip
        db.session.add(archived)
        db.session.flush()
        system = Actor.system(schema_of(db.session()) or "")
        record("report.archived", report, system, version=paper.version, sha256=document.sha256)
        enqueue(CHECK_JOB, str(report.id), run_at=clock.now() + template_of(report.quarter).check_every)
    open_public(report)
    return archived


def intact(archive: ReportArchive) -> bool:
    """Whether the file is there and still what the register says, byte for byte."""
    try:
        files.read(schema_of(db.session()) or "", archive.sha256)
    except (OSError, ValueError):
        return False
    return True


def check(report_id: UUID, *, by: Actor) -> list[ReportCheck]:
    """Compare the archived copies of a report with the register, and keep what was found."""
    if by.id is not None:
        holds(by, "核对存档", *access.READERS)
    report = db.session.get(Report, report_id)
    archives = archives_of([report_id])
    if report is None or not archives:
        raise Conflict("这份报告还没有存档")
    found = [
        ReportCheck(
            report_id=report.id, version=each.version, intact=intact(each), checked_by=by.id, checked_by_name=by.name,
            checked_at=clock.now(),
        )
        for each in archives
    ]  # fmt: skip
    db.session.add_all(found)
    db.session.flush()
    record("report.checked", report, by, intact=all(each.intact for each in found))
    return found


def check_again(report_id: UUID) -> None:
    """The regular comparison; it asks for the next one."""
    report = db.session.get(Report, report_id)
    if report is None:
        return
    check(report_id, by=Actor.system(schema_of(db.session()) or ""))
    enqueue(CHECK_JOB, str(report_id), run_at=clock.now() + template_of(report.quarter).check_every)


def archives_of(report_ids: Iterable[UUID]) -> list[ReportArchive]:
    """The archived copies of these reports, the newest first."""
    query = select(ReportArchive).where(ReportArchive.report_id.in_(list(report_ids)))
    return list(db.session.scalars(query.order_by(ReportArchive.archived_at.desc())))


def mark(report: Report, version: ReportVersion) -> str:
    """What a paper says of itself; `compare` finds it again."""
    return f"{report.number} v{version.version} {version.content_hash}"


@dataclass(frozen=True)
class Compared:
    """What a copy is: same, version (another one of ours, unaltered), altered (says it is ours, but is not), foreign.

    `number` and `version` are those that it is, or says it is.
    """

    verdict: str
    number: str = ""
    version: int = 0
    draft: bool = False
    at: datetime | None = None
    matches: tuple[str, ...] = ()


def compare(archive: ReportArchive, sha256: str, size: int, marks: Iterable[bytes]) -> Compared:
    """Compare a copy, known by its digest, its size and the marks found in it, with an archived one."""
    report = db.session.get_one(Report, archive.report_id)
    if sha256 == archive.sha256:
        return Compared("same", report.number, archive.version)
    known = db.session.execute(
        select(ReportPaper, Report, Document)
        .join(Document, Document.id == ReportPaper.document_id)
        .join(Report, Report.id == ReportPaper.report_id)
        .where(Document.sha256 == sha256)
        .limit(1)
    ).first()
    if known is not None:
        paper, theirs, document = known
        return Compared("version", theirs.number, paper.version, not paper.final, document.finished_at)
    for found in marks:
        if read := MARK.fullmatch(found):
            number, version = read[1].decode(), int(read[2])
            same = [
                ("报告编号", number == report.number), ("版本", version == archive.version),
                ("内容校验码", read[3].decode() == archive.content_hash), ("文件大小", size == archive.size),
            ]  # fmt: skip
            return Compared("altered", number, version, matches=tuple(words for words, match in same if match))
    return Compared("foreign")
