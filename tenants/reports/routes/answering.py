"""/c/<token>: the owners' committee reads the report and answers once, without script or account (I3)."""

from typing import Any

from flask import Response, abort, request, url_for

from saas import clock
from saas.db import db
from saas.identity import current_visit, public
from saas.pictures.decoding import LARGEST
from saas.problem import Conflict, Problem
from saas.tenancy.links import end_link
from saas.web import done, once, page
from saas.web.typed import blame
from tenants.reports import committee
from tenants.reports.forms import AnswerForm
from tenants.reports.holding import version_of
from tenants.reports.models import CommitteeLink, Report
from tenants.reports.page import cover
from tenants.reports.routes import readers
from tenants.reports.routes.doors import come_in, names, quiet, turn_away
from tenants.reports.routes.public import picture_in


def invited(token: str) -> tuple[CommitteeLink, Report]:
    """The link and its report; 410 when it was used, replaced, or its time is over."""
    link = db.session.get(CommitteeLink, come_in(token, committee.KIND)) or abort(404)
    report = db.session.get_one(Report, link.report_id)
    if link.ended_at is not None or clock.now() >= link.expires_at or report.version != link.version:
        turn_away(410, committee.KIND)
    return link, report


@readers.get("/c/received")
@public
def received() -> Any:
    """Where one is sent after answering."""
    return quiet(page("reports/received.html"))


@readers.get("/c/<token>")
@public
def review(token: str) -> Any:
    """The report, and the form for the answer."""
    return _shown(token, *invited(token), AnswerForm(), 200)


@readers.post("/c/<token>")
@public
def answer(token: str) -> Any:
    """Keep the answer once."""
    return _take(token, *invited(token))


@once
def _take(token: str, link: CommitteeLink, report: Report) -> Any:
    form, file = AnswerForm(request.form), request.files.get("sheet")
    sheet = file.stream.read(LARGEST + 1) if file else b""
    if form.validate():
        try:
            committee.answer(
                link.id, verdict=form.verdict.data, opinion=form.opinion.data or "", name=form.name.data or "",
                sheet=sheet,
            )  # fmt: skip
            answered = done(url_for("readers.received"))
            end_link(current_visit().schema, token)  # after the commit: an answer that failed leaves the link alive
            return answered
        except Conflict:
            db.session.rollback()
            turn_away(410, committee.KIND)
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    return _shown(token, link, report, form, 422)


def _shown(token: str, link: CommitteeLink, report: Report, form: AnswerForm, status: int) -> Any:
    return quiet(
        page(
            "reports/review.html", status=status, token=token, form=form, link=link, pictures="readers.review_picture",
            picture_args={"token": token}, **cover(report, version_of(report, link.version)), **names(),
        )
    )  # fmt: skip


@readers.get("/c/<token>/pictures/<sha256>")
@public
def review_picture(token: str, sha256: str) -> Response:
    """A picture of the version under review."""
    link, report = invited(token)
    return picture_in(report, link.version, sha256)
