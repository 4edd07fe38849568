"""Reading imports: the list, one with a page of its rows, and the table of what must be corrected."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from saas.db import db
from saas.sheets import write
from tenants.imports.models import Import, ImportRow

SHOWN = {"error": "有错误", "warning": "有提示", "good": "可写入"}


def imports(offset: int = 0, limit: int = 20) -> tuple[list[Import], int]:
    """A page of imports, newest first, and how many there are."""
    total = db.session.scalar(select(func.count()).select_from(Import)) or 0
    rows = db.session.scalars(select(Import).order_by(Import.uploaded_at.desc(), Import.id).offset(offset).limit(limit))
    return list(rows), total


def rows(found: Import, shown: str, offset: int = 0, limit: int = 20) -> tuple[list[ImportRow], int]:
    """A page of rows with errors, with warnings, or good ones, in the order of the file."""
    where = (ImportRow.import_id == found.id, _shown(shown))
    total = db.session.scalar(select(func.count()).select_from(ImportRow).where(*where)) or 0
    page = db.session.scalars(select(ImportRow).where(*where).order_by(ImportRow.number).offset(offset).limit(limit))
    return list(page), total


def _shown(shown: str) -> ColumnElement[bool]:
    if shown == "error":
        return ImportRow.outcome == "error"
    return ImportRow.warning != "" if shown == "warning" else ImportRow.outcome != "error"


def same_file(found: Import) -> Import | None:
    """An earlier import of the very same file that was written."""
    return db.session.scalars(
        select(Import)
        .where(
            Import.sha256 == found.sha256, Import.kind == found.kind, Import.id != found.id, Import.state == "published"
        )
        .order_by(Import.published_at.desc())
        .limit(1)
    ).first()


def error_sheet(key: UUID, watermark: str) -> bytes:
    """The refused rows as they came, each with its number and what to change, as .xlsx to correct and upload again."""
    found = db.session.get_one(Import, key)
    wrong = db.session.scalars(
        select(ImportRow).where(ImportRow.import_id == key, ImportRow.outcome == "error").order_by(ImportRow.number)
    )
    body = ([row.number, row.error, *(row.raw.get(title) for title in found.header)] for row in wrong)
    return write(body, ["行号", "需要修改", *found.header], "错误行", watermark=watermark)
