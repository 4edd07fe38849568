"""Keep the next version of a report; whatever was decided on the earlier one is void (H3)."""

from typing import Any

from saas import clock
from saas.approvals import actions as approvals
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.problem import Conflict
from tenants.releases import actions as releases
from tenants.reports.content import Content, fingerprint
from tenants.reports.holding import SUBJECT, unpublished, version_of
from tenants.reports.links import end_links
from tenants.reports.models import Report, ReportVersion


def keep(report: Report, content: Content, changed: str, *, by: Actor, event: str, **facts: Any) -> ReportVersion:
    """The next version of a report that was locked, or the current one when nothing changed.

    Approvals of the letter and of the finance section are void, the committee's link ends. Raises Conflict once the
    report is published.
    """
    unpublished(report)
    before = version_of(report)
    digest = fingerprint(report, content)
    if digest == before.content_hash:
        return before
    voided = releases.reopen(SUBJECT, report.id, by=by) | bool(approvals.void(SUBJECT, report.id))
    end_links(report, by=by)
    report.version, report.changed_at = report.version + 1, clock.now()
    version = write_down(report, content, digest, changed, by)
    record(event, report, by, version=version.version, voided=voided, **facts)
    return version


def write_down(report: Report, content: Content, digest: str, changed: str, by: Actor) -> ReportVersion:
    """The row of the report's present version."""
    version = ReportVersion(
        report_id=report.id, version=report.version, texts=content.texts, figures=content.figures,
        pictures=list(content.pictures), changed=changed, content_hash=digest, written_by=by.id,
        written_by_name=by.name, written_at=clock.now(),
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def same_as_seen(report: Report, seen: int, part: Any) -> None:
    """Raises Conflict, naming who, when `part` of the content is no longer what the version `seen` showed.

    Two people may write different sections at once: only what both changed is in conflict.
    """
    if seen == report.version:
        return
    old, now = version_of(report, seen), version_of(report)
    if part(Content.of(old)) != part(Content.of(now)):
        raise Conflict(f"{now.written_by_name}刚刚改过这里（第 {now.version} 版），请核对后再保存")
