"""Read: the quarters, one report, one version, what was submitted, the papers, the archive, a picture."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, abort, send_file

from saas import clock, files
from saas.db import db
from saas.identity import allow, current_actor, current_visit
from saas.web import page
from tenants.reports import access, links, pictures, queries, words
from tenants.reports.archive import archives_of, intact
from tenants.reports.content import Content, faults
from tenants.reports.decisions import decisions
from tenants.reports.holding import sections_of, version_of
from tenants.reports.models import CommitteeAnswer, CommitteeLink, ReportCheck, ReportCover, ReportVersion
from tenants.reports.page import cover
from tenants.reports.papers import papers_of
from tenants.reports.reading import differences
from tenants.reports.routes import blueprint
from tenants.reports.routes.shown import found, shown
from tenants.reports.standing import standing


@blueprint.get("")
@allow(*access.READERS)
def index() -> Any:
    """Every quarter: where its report stands, by when it is due, what is missing."""
    return _index()


def _index(status: int = 200, errors: list[tuple[str, str]] | None = None) -> Any:
    today = clock.local(clock.now()).date()
    slots = queries.slots(today)
    missing = {
        slot.known.report.id: faults(sections_of(slot.known.report), Content.of(slot.known.version))
        for slot in slots if slot.known is not None
    }  # fmt: skip
    running, opens = queries.next_slot(today)
    return page(
        "reports/index.html", status=status, errors=errors or [], slots=slots, missing=missing, standing=standing,
        words=words, may_write=current_actor().has(*access.WRITERS), running=running, opens=opens,
        too_early=clock.now() < opens,
    )  # fmt: skip


@blueprint.get("/archive")
@allow(*access.READERS)
def archive() -> Any:
    """存档: every archived copy, kept for consultation, compared with the register now (I3)."""
    reports = {slot.known.report.id: slot.known for slot in _begun()}
    rows = [(each, reports[each.report_id], intact(each)) for each in archives_of(reports)]
    checks = {
        (check.report_id, check.version): check
        for check in db.session.query(ReportCheck).order_by(ReportCheck.checked_at)
    }
    return page("reports/archive.html", rows=rows, checks=checks, verification=links.verification_url)


def _begun() -> list[Any]:
    return [slot for slot in queries.slots(clock.local(clock.now()).date()) if slot.known is not None]


@blueprint.get("/<uuid:id>")
@allow(*access.READERS)
def show(id: UUID) -> Any:
    """One report: what it says, its two rails, its papers, committee, publication, course."""
    return shown(id)


@blueprint.get("/<uuid:id>/papers")
@allow(*access.READERS)
def papers(id: UUID) -> Any:
    """How far its papers are."""
    report = found(id)
    return page("reports/papers.html", block="papers", report=report, papers=papers_of(report))


@blueprint.get("/<uuid:id>/versions/<int:version>")
@allow(*access.READERS)
def read(id: UUID, version: int) -> Any:
    """One version as it was, against the one before."""
    report = found(id)
    one = db.session.get(ReportVersion, (report.id, min(version, 2**31 - 1))) or abort(404)
    before = db.session.get(ReportVersion, (report.id, one.version - 1))
    return _reading(one, before)


@blueprint.get("/<uuid:id>/sent/<int:nth>")
@allow(*access.READERS)
def sent(id: UUID, nth: int) -> Any:
    """The version that went with the nth version of its letter, against the one submitted before."""
    report = found(id)
    release = decisions(report).release or abort(404)
    with_it = db.session.get(ReportCover, (release.id, min(nth, 2**31 - 1))) or abort(404)
    earlier = (
        db.session.query(ReportCover)
        .filter(ReportCover.release_id == release.id, ReportCover.release_version < nth)
        .order_by(ReportCover.release_version.desc())
        .first()
    )
    before = version_of(report, earlier.version) if earlier else None
    return _reading(version_of(report, with_it.version), before)


def _reading(version: ReportVersion, before: ReportVersion | None) -> Any:
    report = found(version.report_id)
    changed = differences(report, before, version) if before else []
    return page(
        "reports/read.html", block="reading", before=before, changed=changed, pictures="reports.picture",
        picture_args={"id": report.id}, **cover(report, version),
    )  # fmt: skip


@blueprint.get("/<uuid:id>/pictures/<sha256>")
@allow(*access.READERS)
def picture(id: UUID, sha256: str) -> Response:
    """A picture of this report."""
    try:
        return jpeg(pictures.bytes_of(found(id), sha256))
    except LookupError:
        abort(404)


@blueprint.get("/<uuid:id>/sheets/<uuid:link>")
@allow(*access.READERS)
def sheet(id: UUID, link: UUID) -> Response:
    """The photo of the sheet that the owners' committee signed."""
    answer = db.session.get(CommitteeAnswer, link)
    if answer is None or answer.report_id != found(id).id or answer.sheet_sha256 is None:
        abort(404)
    return jpeg(files.read(current_visit().schema, answer.sheet_sha256))


@blueprint.get("/<uuid:id>/committee")
@allow(*access.PUBLISHERS)
def committee(id: UUID) -> Any:
    """The open link for the owners' committee, with its code and words to hand over."""
    from saas import qr

    report = found(id)
    link = db.session.query(CommitteeLink).filter_by(report_id=report.id, ended_at=None).first() or abort(404)
    address = links.committee_url(link)
    return page(
        "reports/committee.html", report=report, link=link, address=address,
        code=qr.svg(address, "扫码审阅物业服务报告"), late=clock.now() >= link.expires_at,
    )  # fmt: skip


def jpeg(data: bytes) -> Response:
    """A picture as it is kept."""
    return send_file(BytesIO(data), "image/jpeg")
