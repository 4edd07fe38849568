"""The door of the PDF worker: which sheet a document is, rendering it, and what follows when it is ready."""

from collections.abc import Callable
from importlib import import_module
from typing import Any
from uuid import UUID

from saas import config
from saas.db import db
from saas.documents.actions import produce
from saas.documents.models import Document
from saas.pdf.render import warm
from saas.pdf.sheet import Sheet

# Document kind → the function of a slice that writes its sheet.
SHEETS = {
    "contact_form": "tenants.receptions.sheet:html",
    "complaint_form": "tenants.complaints.sheet:html",
    "repair_form": "tenants.repairs.sheet:html",
    "complaint_digest": "tenants.digests.sheet:html",
    "report_draft": "tenants.reports.book:sheet",
    "report_final": "tenants.reports.book:sheet",
}
# Document kind → what a slice does with one that is ready; again it changes nothing.
READY = {"report_final": "tenants.reports.archive:keep", "complaint_digest": "tenants.digests.actions:deliver"}


def render(document_id: str) -> None:
    """Render one document of the entered tenant. After a crash before what follows, only that is done."""
    warm(config.current().home)
    produce(UUID(document_id), _write)
    document = db.session.get(Document, UUID(document_id))
    if document is not None and document.state == "ready" and document.kind in READY:
        _find(READY[document.kind])(document.id)


def _write(document: Document) -> Sheet | str:
    sheet: Sheet | str = _find(SHEETS[document.kind])(document)
    return sheet


def _find(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
