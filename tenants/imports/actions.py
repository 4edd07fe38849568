"""A file comes in, is read by a worker, looked at by a person, and written by a worker: once, or not at all (B13)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from saas import clock, files
from saas.db import db, schema_of
from saas.events import record
from saas.identity.actor import Actor
from saas.jobs import enqueue
from saas.policy.loader import pack
from saas.problem import Conflict, Problem
from saas.sheets import SheetError, sheet_names
from saas.sheets.cells import line
from saas.tenancy.staff import Profile
from tenants.complaints import past
from tenants.complaints.ledger import COLUMNS, LedgerRow
from tenants.imports import rosters, staging
from tenants.imports.models import KINDS, WRITTEN, Import, ImportRow
from tenants.imports.queries import error_sheet

LARGEST = 20 << 20  # bytes
QUEUE = "pdf"
CHUNK = 200  # rows a transaction: whoever registers a complaint meanwhile waits for a number well under a second


def upload(
    kind: str, filename: str, data: bytes, *, by: Actor, queued: bool = True, mapping: dict[str, int] | None = None
) -> Import:
    """Keep the file and ask a worker to read it; not `queued`, the caller does (command line).

    `mapping` None: the columns are guessed by their headers.
    Problem for what is no workbook, hostile, empty or too large.
    """
    if kind not in KINDS:
        raise Problem("请选择导入的内容", "kind")
    if len(data) > LARGEST:
        raise Problem(f"文件超过 {LARGEST >> 20} MB，请删去图片和无关的工作表，或拆成几个文件分别上传", "file")
    try:
        sheet_names(data)
    except SheetError as error:
        raise Problem(str(error), "file") from error
    if by.id is None:
        raise Problem("请登录后再上传", "file")
    name = line(PurePath(filename.replace("\\", "/")).name)[-200:] or "未命名.xlsx"
    made = Import(
        kind=kind, filename=name, sha256=files.store(by.tenant, data), header=[], counts={}, mapping=mapping,
        uploaded_by=by.id,
        uploaded_by_name=by.name, uploaded_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record("import.uploaded", made, by, kind=kind, file=name, sha256=made.sha256)
    if queued:
        enqueue("imports.stage", str(made.id), queue=QUEUE)
    return made


def begun(kind: str, data: bytes, mapping: dict[str, int] | None = None) -> Import | None:
    """An import of this very file that was not finished or discarded, to go on with; one of another mapping is not."""
    query = select(Import).where(Import.kind == kind, Import.sha256 == sha256(data).hexdigest())
    unfinished = query.where(Import.state.in_(("waiting", "staging", "staged", "publishing")))
    found = db.session.scalars(unfinished.order_by(Import.uploaded_at.desc())).all()
    return next((each for each in found if mapping is None or each.mapping == mapping), None)


def _taken(key: UUID, version: int, states: Sequence[str], doing: str) -> Import:
    found = db.session.get(Import, key, with_for_update=True, populate_existing=True)
    if found is None:
        raise LookupError(key)
    if found.version != version or found.state not in states:
        raise Conflict(f"这次导入刚有变动，请刷新页面看一看，再{doing}")
    found.version += 1
    return found


def remap(key: UUID, mapping: dict[str, int], *, version: int, by: Actor) -> Import:
    """Read a ledger again with other columns. Problem for a mapping that cannot be; Conflict when it has moved on."""
    found = _taken(key, version, ("staged", "failed"), "更改对应关系")
    titles = {column.key: column for column in COLUMNS}
    if found.kind != "ledger" or not found.header or not set(mapping) <= set(titles):
        raise Problem("这个文件不能更改对应关系")
    for column in COLUMNS:
        if column.required and column.key not in mapping:
            raise Problem(f"请为“{column.title}”选择一列", column.key)
    twice = [key for key, count in Counter(mapping.values()).items() if count > 1]
    if twice or not all(0 <= index < len(found.header) for index in mapping.values()):
        raise Problem(
            "同一列对应了两个字段，请为每个字段选择不同的列",
            next(k for k, v in mapping.items() if v in twice) if twice else "",
        )
    record("import.mapped", found, by, changes={"mapping": [found.mapping, mapping]})
    found.mapping, found.state, found.message = mapping, "waiting", ""
    enqueue("imports.stage", str(key), queue=QUEUE)
    return found


def order_publication(key: UUID, *, version: int, by: Actor, queued: bool = True) -> Import:
    """A person has looked at the rows: a worker shall write them. Conflict when it has moved on; Problem for none."""
    found = _taken(key, version, ("staged",), "写入")
    if found.count("rows") == found.count("errors"):
        raise Problem("没有一行可以写入，请先改好文件再上传")
    found.state, found.published_by, found.published_by_name = "publishing", by.id, by.name
    record("import.ordered", found, by, counts=found.counts)
    if queued:
        enqueue("imports.publish", str(key), queue=QUEUE)
    return found


def retry(key: UUID, *, version: int, by: Actor) -> Import:
    """Ask the worker once more for what it was asked already; it never does the work twice."""
    found = _taken(key, version, ("waiting", "staging", "publishing"), "重试")
    record("import.retried", found, by, state=found.state)
    enqueue("imports.publish" if found.state == "publishing" else "imports.stage", str(key), queue=QUEUE)
    return found


def discard(key: UUID, *, version: int, by: Actor) -> Import:
    """Do not write it. The rows stay to be looked at."""
    found = _taken(key, version, ("staged", "failed"), "放弃")
    found.state = "discarded"
    record("import.discarded", found, by)
    return found


def take_errors(key: UUID, *, by: Actor) -> bytes:
    """The refused rows as .xlsx, names and numbers in the clear: watermarked, and each taking is an event (B10)."""
    found = db.session.get_one(Import, key)
    record("import.errors_taken", found, by, rows=found.count("errors"))
    return error_sheet(key, f"{by.name} 于 {clock.local(clock.now()):%Y-%m-%d %H:%M} 下载。内含个人信息，不得外传。")


def stage(import_id: str) -> None:
    """The worker's door: read the file and stage its rows, in several commits; safe to run again."""
    staging.stage(UUID(import_id))


def publish(import_id: str) -> None:
    """The worker's door: write the good rows, a chunk a transaction; what is published stays as it is (B13).

    Each row says what became of it in the transaction that wrote it, so a run that was killed is simply followed by
    another, and of two at once each takes the chunks that the other has left. The state is set last.
    """
    key = UUID(import_id)
    while _publish_chunk(key):
        db.session.expunge_all()


def _publish_chunk(key: UUID) -> bool:
    """Write and commit the next rows, or that it is finished; False when nothing is left to do."""
    found = db.session.get(Import, key, with_for_update=True, populate_existing=True)
    if found is None or found.state != "publishing":
        db.session.rollback()
        return False
    by = Actor(found.published_by, found.published_by_name or "", tenant=schema_of(db.session()) or "")
    ready = db.session.scalars(
        select(ImportRow.number)
        .where(ImportRow.import_id == key, ImportRow.outcome == "ready")
        .order_by(ImportRow.number)
        .limit(CHUNK)
    ).all()
    outcomes = _write(key, found.kind, found.filename, ready, by) if ready else {}
    for outcome in set(outcomes.values()):
        mine = [number for number, became in outcomes.items() if became == outcome]
        db.session.execute(
            update(ImportRow)
            .where(ImportRow.import_id == key, ImportRow.number.in_(mine))
            .values(outcome=outcome)
            .execution_options(synchronize_session=False)
        )
    tally = Counter(outcomes.values())
    found.counts = {**found.counts, **{name: found.count(name) + tally[name] for name in WRITTEN}}
    if not ready:
        found.state, found.published_at = "published", clock.now()
        record("import.published", found, by, counts=found.counts)
    db.session.commit()
    return bool(ready)


def _write(key: UUID, kind: str, file: str, numbers: Sequence[int], by: Actor) -> dict[int, str]:
    rows = db.session.execute(
        select(ImportRow.number, ImportRow.parsed, ImportRow.raw)
        .where(ImportRow.import_id == key, ImportRow.number.in_(numbers))
        .order_by(ImportRow.number)
    ).all()
    if kind == "roster":
        outcomes = rosters.publish([row.parsed for row in rows], file=file, by=by)
    else:
        rules = pack(db.session.scalars(select(Profile.pack)).one())
        messages = [_message(row.number, row.parsed, row.raw) for row in rows]
        outcomes = past.publish(messages, import_id=key, file=file, pack=rules, by=by)
    return dict(zip((row.number for row in rows), outcomes, strict=True))


def _message(number: int, parsed: dict[str, Any], raw: dict[str, Any]) -> LedgerRow:
    replied = parsed["replied_at"]
    times = {
        "received_at": datetime.fromisoformat(parsed["received_at"]),
        "replied_at": datetime.fromisoformat(replied) if replied else None,
    }
    return LedgerRow(number=number, raw=raw, **{**parsed, **times})
