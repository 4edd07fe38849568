"""/r/<token>: the published report for everybody, without script; its file and its pictures."""

from io import BytesIO
from typing import Any

from flask import Response, abort, send_file

from saas import files, qr
from saas.db import db
from saas.documents.routes import PDF_POLICY
from saas.identity import current_visit, public
from saas.sheets.cells import line
from saas.web import page
from tenants.reports import links, pictures
from tenants.reports.holding import version_of
from tenants.reports.models import Report, ReportArchive, ReportPublication
from tenants.reports.page import cover
from tenants.reports.routes import readers
from tenants.reports.routes.doors import come_in, names, quiet, turn_away
from tenants.reports.routes.pages import jpeg


def published(token: str) -> tuple[Report, ReportPublication]:
    """The report and its publication; a page that says so while it is not out."""
    report = db.session.get(Report, come_in(token, links.PUBLIC)) or abort(404)
    publication = db.session.get(ReportPublication, report.id)
    if publication is None:
        turn_away(404, "unpublished")
    return report, publication


@readers.get("/r/<token>")
@public
def show(token: str) -> Any:
    """The report as it was published."""
    report, publication = published(token)
    version = version_of(report, publication.version)
    verification = links.verification_url(report)
    return quiet(
        page(
            "reports/public.html", token=token, publication=publication, verification=verification,
            code=qr.svg(verification, "扫码核验这份报告"), pictures="readers.picture", picture_args={"token": token},
            **cover(report, version), **names(),
        )
    )  # fmt: skip


@readers.get("/r/<token>/file")
@public
def file(token: str) -> Response:
    """The archived copy itself."""
    report, publication = published(token)
    archive = db.session.get_one(ReportArchive, (report.id, publication.version))
    try:
        data = files.read(current_visit().schema, archive.sha256)
    except (OSError, ValueError):
        turn_away(404, "altered")
    name = line(f"{report.number} {report.title}.pdf")
    response = send_file(BytesIO(data), "application/pdf", download_name=name)
    response.headers["Content-Security-Policy"] = PDF_POLICY
    quiet(response)
    return response


@readers.get("/r/<token>/pictures/<sha256>")
@public
def picture(token: str, sha256: str) -> Response:
    """A picture of the published version."""
    report, publication = published(token)
    return picture_in(report, publication.version, sha256)


def picture_in(report: Report, version: int, sha256: str) -> Response:
    """A picture that stands in this version; 404 for any other."""
    if sha256 not in {each["sha256"] for each in version_of(report, version).pictures}:
        abort(404)
    return jpeg(pictures.bytes_of(report, sha256))
