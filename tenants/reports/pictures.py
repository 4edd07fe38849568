"""Pictures of a report: kept small and by content, each with a caption, in the section that it belongs to."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from saas import clock, files
from saas.db import db, schema_of
from saas.identity.actor import Actor
from saas.pictures import tidy
from saas.problem import Conflict, Problem
from tenants.reports import access
from tenants.reports.content import Content
from tenants.reports.drafting import section_of
from tenants.reports.holding import holds, lock, template_of, version_of
from tenants.reports.models import Report, ReportPicture, ReportVersion
from tenants.reports.versions import keep

CAPTION = 60


def add(report_id: UUID, code: str, *, caption: str, data: bytes, by: Actor) -> ReportVersion:
    """Put a picture into a section. Raises Problem for no caption, too many pictures, and what is no picture."""
    staff, caption = holds(by, "编写服务报告", *access.WRITERS), " ".join(caption.split())
    if not caption or len(caption) > CAPTION:
        raise Problem(f"请写图片说明，最多 {CAPTION} 字", "caption")
    try:
        small = tidy(data)  # before the report is locked: it takes its time
    except Problem as problem:
        raise Problem(str(problem), "picture") from None
    report = lock(report_id)
    section = section_of(report, code)
    before, most = Content.of(version_of(report)), template_of(report.quarter).photos
    if len(before.pictures) >= most:
        raise Problem(f"一份报告最多 {most} 张照片，请先移除几张", "picture")
    kept = ReportPicture(
        report_id=report.id, sha256=files.store(schema_of(db.session()) or "", small.data), width=small.width,
        height=small.height, size=len(small.data), added_by=staff, added_by_name=by.name, added_at=clock.now(),
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    entry: dict[str, Any] = {
        "id": str(kept.id), "section": section.code, "caption": caption, "sha256": kept.sha256, "width": kept.width,
        "height": kept.height,
    }  # fmt: skip
    content = replace(before, pictures=(*before.pictures, entry))
    return keep(report, content, "pictures", by=by, event="report.picture_added", section=section.code)


def remove(report_id: UUID, picture_id: UUID, *, by: Actor) -> ReportVersion:
    """Take a picture out; earlier versions keep it. Raises Conflict when it is not there."""
    holds(by, "编写服务报告", *access.WRITERS)
    report = lock(report_id)
    before = Content.of(version_of(report))
    left = tuple(each for each in before.pictures if each["id"] != str(picture_id))
    if len(left) == len(before.pictures):
        raise Conflict("这张照片已经移除，请刷新后查看")
    return keep(report, replace(before, pictures=left), "pictures", by=by, event="report.picture_removed")


def bytes_of(report: Report, sha256: str) -> bytes:
    """The bytes of a picture of this report. LookupError for any other."""
    known = db.session.query(ReportPicture).filter_by(report_id=report.id, sha256=sha256).first()
    if known is None:
        raise LookupError(sha256)
    return files.read(schema_of(db.session()) or "", known.sha256)
