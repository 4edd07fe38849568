"""The worker's first half: reads the file and stages its rows in several short transactions; safe to run again."""

from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from saas import files
from saas.bulk import insert_many
from saas.db import db, schema_of
from saas.events import record
from saas.identity.actor import Actor
from saas.sheets import SheetError
from tenants.complaints import ledger
from tenants.imports import reading
from tenants.imports.models import Import, ImportRow

CHUNK = 500  # rows a transaction: progress is seen often, and no transaction is long
EMPTY = "表头下面没有数据。请从表头的下一行开始填写，再上传。"


class Superseded(RuntimeError):
    """Another run of the same job has taken over; this one stops and writes nothing more."""


def stage(key: UUID) -> None:
    """Stage every row of an import, from the beginning; nothing happens to one that is staged already (B13).

    A run that was killed leaves its rows behind: the next one removes them first. Of two runs at once the later wins.
    """
    run = uuid4()
    found = db.session.get(Import, key, with_for_update=True)
    if found is None or found.state not in ("waiting", "staging"):
        db.session.rollback()
        return
    kind, sha256, mapping = found.kind, found.sha256, found.mapping
    found.state, found.run, found.message, found.counts = "staging", run, "", {}
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == key))
    db.session.commit()
    try:
        _stage_rows(key, run, kind, sha256, mapping)
    except Superseded:
        db.session.rollback()
    except (SheetError, FileNotFoundError) as error:
        _fail(key, run, str(error) if isinstance(error, SheetError) else "文件已不在服务器上，请重新上传。")


def _stage_rows(key: UUID, run: UUID, kind: str, sha256: str, mapping: dict[str, int] | None) -> None:
    data = files.read(schema_of(db.session()) or "", sha256)
    titles = reading.header(kind, data)
    if kind == "ledger" and mapping is None:
        mapping = ledger.guess_mapping(titles)
    counts = {"expected": reading.expected_rows(data), "rows": 0, "errors": 0, "warnings": 0}
    _note(key, run, header=titles, mapping=mapping, counts=counts)
    db.session.commit()
    rows = reading.roster_rows(data, titles) if kind == "roster" else reading.ledger_rows(data, mapping)
    while chunk := list(islice(rows, CHUNK)):
        counts["rows"] += len(chunk)
        counts["errors"] += sum(bool(row.error) for row in chunk)
        counts["warnings"] += sum(bool(row.warning) for row in chunk)
        _note(key, run, counts=counts)
        insert_many([row.to_row(key) for row in chunk])
        db.session.commit()
    if not counts["rows"]:
        raise SheetError(EMPTY)
    _note(key, run, state="staged", counts=counts)
    _record(key, "import.staged", counts=counts)
    db.session.commit()


def _note(key: UUID, run: UUID, **facts: object) -> None:
    """Write to the import, which locks it, so that rows are only added by the run that holds it."""
    mine = (Import.id == key) & (Import.run == run) & (Import.state == "staging")
    done = db.session.execute(update(Import).where(mine).values(**facts).returning(Import.id)).first()
    if done is None:
        raise Superseded(key)


def _fail(key: UUID, run: UUID, message: str) -> None:
    db.session.rollback()
    try:
        _note(key, run, state="failed", message=message)
    except Superseded:
        db.session.rollback()
        return
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == key))
    _record(key, "import.failed", message=message)
    db.session.commit()


def _record(key: UUID, name: str, **facts: Any) -> None:
    found = db.session.scalars(select(Import).where(Import.id == key).execution_options(populate_existing=True)).one()
    record(name, found, Actor(found.uploaded_by, found.uploaded_by_name), **facts)
