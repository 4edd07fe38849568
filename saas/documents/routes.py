"""See how far a document is, cancel it, download it."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, send_file, url_for

from saas import files
from saas.db import db
from saas.documents import actions
from saas.documents.models import Document
from saas.identity import allow, current_actor, current_visit
from saas.sheets.cells import line
from saas.web import done, once, page

blueprint = Blueprint("documents", __name__, url_prefix="/<company>/<project>/documents")

PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"  # the viewer has styles


def find(id: UUID) -> Document:
    """The document, or 404. Raises Forbidden for who may not read what it is about."""
    document: Document = db.session.get(Document, id) or abort(404)
    actions.may_read(document, current_actor())
    return document


@blueprint.get("/<uuid:id>")
@allow()
def show(id: UUID) -> Any:
    """Progress while it is made; then the link to it."""
    document = find(id)
    may_cancel = actions.may_cancel(document, current_actor())
    return page("documents/show.html", block="progress", document=document, may_cancel=may_cancel)


@blueprint.get("/<uuid:id>/file")
@allow()
def file(id: UUID) -> Any:
    """The PDF itself, opened in the browser."""
    document = find(id)
    if document.sha256 is None:
        abort(404)
    data = files.read(current_visit().schema, document.sha256)
    response = send_file(BytesIO(data), "application/pdf", download_name=line(f"{document.title}.pdf"))
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response


@blueprint.post("/<uuid:id>/cancellation")
@allow()
@once
def cancel(id: UUID) -> Any:
    """Stop making it."""
    actions.cancel(find(id), by=current_actor())
    return done(url_for("documents.show", id=id), "已取消生成")
