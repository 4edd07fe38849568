"""业主委员会: a link for one answer, the answer itself, or the reason why the report goes out without one (I3)."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from saas import clock, files
from saas.db import db, schema_of
from saas.events import record
from saas.identity.actor import Actor
from saas.pictures import tidy
from saas.problem import Conflict, Problem
from saas.tenancy import links
from tenants.reports import access
from tenants.reports.decisions import approved
from tenants.reports.holding import holds, lock, template_of, unpublished
from tenants.reports.links import end_links
from tenants.reports.models import CommitteeAnswer, CommitteeLink, CommitteeWaiver, Report

KIND = "committee"
VERDICTS = {"agreed": "同意公布", "opinion": "有意见"}
NAME = "业主委员会"
OPINION, SIGNED, REASON = 5000, 60, 500


def open_link(report_id: UUID, *, by: Actor) -> CommitteeLink:
    """A new address for the committee about the approved version; the former one is dead from now on.

    Raises Conflict while the report is not approved, is answered or published.
    """
    staff = holds(by, "向业主委员会提交报告", *access.PUBLISHERS)
    report, now = lock(report_id), clock.now()
    unpublished(report)
    approved(report)
    if answer_of(report) is not None:
        raise Conflict("业主委员会已经答复，不用再提交")
    end_links(report, by=by)
    link = CommitteeLink(
        report_id=report.id, version=report.version, token=secrets.token_urlsafe(24), opened_by=staff,
        opened_by_name=by.name, opened_at=now, expires_at=now + template_of(report.quarter).committee_for,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    links.open_link(schema_of(db.session()) or "", link.token, KIND, link.id, link.expires_at)
    record("report.committee_asked", report, by, version=report.version, until=link.expires_at.isoformat())
    return link


def answer(
    link_id: UUID, *, verdict: str, opinion: str, name: str, sheet: bytes = b"", at: datetime | None = None
) -> CommitteeAnswer:
    """Keep what the committee said, once. Raises Problem for an incomplete answer, Conflict for a link that is dead."""
    signed = _kept(sheet)  # before the report is locked: it takes its time
    link = db.session.get_one(CommitteeLink, link_id)
    report, now = lock(link.report_id), at or clock.now()
    db.session.refresh(link)
    if link.ended_at is not None or now >= link.expires_at or report.version != link.version:
        raise Conflict("这个链接已失效，请向管家服务中心索取新的链接")
    name, opinion = " ".join(name.split()), opinion.strip()
    if verdict not in VERDICTS:
        raise Problem("请选择同意公布或有意见", "verdict")
    if verdict == "opinion" and not opinion:
        raise Problem("请写明意见", "opinion")
    if len(opinion) > OPINION:
        raise Problem(f"意见最多 {OPINION:,} 字", "opinion")
    if not name or len(name) > SIGNED:
        raise Problem(f"请填写签署人姓名，最多 {SIGNED} 字", "name")
    given = CommitteeAnswer(
        link_id=link.id, report_id=report.id, version=link.version, verdict=verdict, opinion=opinion, name=name,
        sheet_sha256=signed, answered_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(given)
    except IntegrityError as rival:
        raise Conflict("这个链接已经用过，业主委员会的意见已收到") from rival
    link.ended_at = now
    by = Actor(None, NAME, frozenset(), schema_of(db.session()) or "")
    record("report.committee_answered", report, by, version=link.version, verdict=verdict, signed=name)
    db.session.flush()
    return given


def _kept(sheet: bytes) -> str | None:
    if not sheet:
        return None
    try:
        return files.store(schema_of(db.session()) or "", tidy(sheet).data)
    except Problem as problem:
        raise Problem(str(problem), "sheet") from None


def waive(report_id: UUID, *, reason: str, by: Actor) -> CommitteeWaiver:
    """Say why the approved version goes out without the committee: there is none, or it did not answer in time.

    Raises Forbidden for anybody but the project manager, Problem without a reason, Conflict when it is settled.
    """
    staff = holds(by, "说明不经业主委员会公布的原因", *access.EXCUSERS)
    report, reason = lock(report_id), " ".join(reason.split())
    unpublished(report)
    approved(report)
    if not reason or len(reason) > REASON:
        raise Problem(f"请写明原因，例如“本项目尚未成立业主委员会”，最多 {REASON} 字", "reason")
    if answer_of(report) is not None or waiver_of(report) is not None:
        raise Conflict("业主委员会已经答复，或原因已经登记，请刷新后查看")
    end_links(report, by=by)
    given = CommitteeWaiver(
        report_id=report.id, version=report.version, reason=reason, waived_by=staff, waived_by_name=by.name,
        waived_at=clock.now(),
    )  # fmt: skip
    db.session.add(given)
    db.session.flush()
    record("report.committee_waived", report, by, version=report.version, reason=reason)
    return given


def answer_of(report: Report) -> CommitteeAnswer | None:
    """What the committee said about the current version."""
    about = CommitteeAnswer.report_id == report.id, CommitteeAnswer.version == report.version
    return db.session.scalars(select(CommitteeAnswer).where(*about).limit(1)).first()


def waiver_of(report: Report) -> CommitteeWaiver | None:
    """Why the current version goes out without an answer."""
    return db.session.get(CommitteeWaiver, (report.id, report.version))
