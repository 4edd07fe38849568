"""The door of the PDF worker: which sheet a document is, and rendering it."""

from collections.abc import Callable
from importlib import import_module
from uuid import UUID

from saas import config
from saas.documents.actions import produce
from saas.documents.models import Document
from saas.pdf.render import warm

# Document kind → the function of a slice that writes its sheet as HTML.
SHEETS = {"complaint_form": "tenants.complaints.sheet:html"}


def render(document_id: str) -> None:
    """Render one document of the entered tenant."""
    warm(config.current().home)
    produce(UUID(document_id), _write)


def _write(document: Document) -> str:
    module, _, name = SHEETS[document.kind].partition(":")
    write: Callable[[Document], str] = getattr(import_module(module), name)
    return write(document)
