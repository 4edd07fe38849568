"""公布: a person lets the approved and archived report go out, by its letter (I3, H1)."""

from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.problem import Conflict, Problem
from tenants.releases import actions as releases
from tenants.reports import access, papers
from tenants.reports.archive import intact
from tenants.reports.committee import answer_of, waiver_of
from tenants.reports.decisions import approved, report_of
from tenants.reports.holding import holds, lock, profile, unpublished
from tenants.reports.models import ReportArchive, ReportPublication

NOTE = 2000


def approval_came(release_id: UUID) -> None:
    """The letter of a report was approved: with finance's approval, where it is needed, the final copy is made."""
    report = report_of(release_id)
    if report is not None:
        papers.make_final(lock(report.id))


def publish(report_id: UUID, *, version: int, note: str = "", by: Actor) -> ReportPublication:
    """Publish the current version, once.

    Raises Conflict when it is out already, was edited, is not approved by every chain, not archived, or the owners'
    committee has neither answered nor been excused; Problem without a word on the committee's opinion, if it has one.
    """
    staff = holds(by, "公布服务报告", *access.PUBLISHERS)
    report, note = lock(report_id), note.strip()
    unpublished(report)
    if report.version != version:
        raise Conflict("报告已有更新的版本，请刷新后再公布")
    found = approved(report)
    archive = db.session.get(ReportArchive, (report.id, report.version))
    if archive is None:
        raise Conflict("定稿还没有生成并存档，存档后才能公布")
    if not intact(archive):
        raise Conflict("存档的定稿与登记的校验码不一致，不能公布，请联系管理员核查")
    answer = answer_of(report)
    if answer is None and waiver_of(report) is None:
        raise Conflict("业主委员会还没有答复。没有业主委员会，或不能按时答复的，请项目经理先写明原因")
    if answer is not None and answer.verdict == "opinion" and not note:
        raise Problem("业主委员会有意见，请写明对意见的处理", "note")
    if len(note) > NOTE:
        raise Problem(f"说明最多 {NOTE:,} 字", "note")
    assert found.cover is not None, "what was approved was submitted"
    assert found.main is not None, "what was approved was submitted"
    releases.publish(found.cover.release_id, by=by)
    publication = ReportPublication(
        report_id=report.id, version=report.version, content_hash=found.cover.content_hash,
        release_id=found.cover.release_id, release_version=found.cover.release_version,
        release_hash=found.cover.release_hash, approval_id=found.main.id, fee_basis=profile().fee_basis,
        finance_approval_id=found.finance.id if found.needs_finance and found.finance else None,
        finance_state="approved" if found.needs_finance else None, note=note, published_by=staff,
        published_by_name=by.name, published_at=clock.now(),
    )  # fmt: skip
    db.session.add(publication)
    db.session.flush()
    record("report.published", report, by, version=report.version, note=note)
    return publication
