"""From a file to staged rows: what was understood, or what is wrong, of every row below the header (B13)."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import any_, select

from saas.db import db
from saas.problem import Problem
from saas.sheets import Fault, Row, RowError, find_header, read
from saas.sheets.archive import opened
from saas.sheets.cells import line
from saas.sheets.columns import HEAD_ROWS
from saas.sheets.workbook import contents
from saas.tenancy.staff import Staff
from tenants.complaints import ledger
from tenants.complaints.actions.registering import LONGEST_BODY
from tenants.customers import roster
from tenants.customers.actions import named, place
from tenants.imports.models import ImportRow

KEPT_APART = ("number", "raw", "warnings")


@dataclass(frozen=True, slots=True)
class Staged:
    """A row as it is staged; `parsed` is None when there is an error."""

    number: int
    raw: dict[str, Any]
    parsed: dict[str, Any] | None
    error: str = ""
    warning: str = ""

    def to_row(self, key: UUID) -> ImportRow:
        """The row of the import `key`."""
        return ImportRow(
            import_id=key, number=self.number, raw=self.raw, parsed=self.parsed, error=self.error,
            warning=self.warning, outcome="error" if self.error else "ready",
        )  # fmt: skip


@dataclass(slots=True)
class Watched:
    """Rows passing by; the newest are remembered, so that the original of what a parser answers is at hand."""

    rows: Iterator[Row]
    newest: deque[Row] = field(default_factory=lambda: deque(maxlen=HEAD_ROWS + 1))

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        self.newest.append(next(self.rows))
        return self.newest[-1]

    def original(self, number: int, titles: list[str]) -> dict[str, Any]:
        """The row of this number by the titles of its columns, blanks left out."""
        values = next((row.values for row in self.newest if row.number == number), ())
        return {title: line(value) for title, value in zip(titles, values, strict=False) if line(value)}


def header(kind: str, data: bytes) -> list[str]:
    """The titles of the columns. SheetError as `saas.sheets.read`, or when there is none."""
    rows = read(data)
    row, _ = ledger.header(rows) if kind == "ledger" else find_header(rows, roster.COLUMNS)
    return [line(value) or f"第 {index + 1} 列" for index, value in enumerate(row.values)]


def expected_rows(data: bytes) -> int:
    """About how many rows the first sheet has, blank ones included: for showing progress, nothing else."""
    with opened(data) as archive, archive.open(next(iter(contents(archive).sheets.values()))) as part:
        return sum(block.count(b"<row ") for block in iter(lambda: part.read(1 << 20), b""))


def roster_rows(data: bytes, titles: list[str]) -> Iterator[Staged]:
    """The rows of a roster; unknown stewards are told, rooms that cannot be filed are errors."""
    watched, known = Watched(read(data)), _stewards()
    for found in roster.parse(watched):
        raw = watched.original(found.number, titles)
        if isinstance(found, RowError):
            yield _refused(found, raw)
            continue
        try:
            label = place(found.label)["label"]
        except Problem as problem:
            yield _refused(RowError(found.number, (Fault("房号", str(problem)),)), raw)
            continue
        notes = list(found.warnings)
        if found.steward and found.steward not in known:
            notes.append(f"第 {found.number} 行 管家：“{found.steward}”不在本项目的管家里，先不分配")
        facts = {**_plain(found), **named(found.name), "label": label, "steward_id": known.get(found.steward)}
        yield Staged(found.number, raw, facts, warning="\n".join(notes))


def _stewards() -> dict[str, str]:
    """Name → id of the stewards at work; a name that two bear means nobody."""
    rows = db.session.execute(
        select(Staff.name, Staff.id)
        .where(Staff.ended_at.is_(None), any_(Staff.roles) == "steward")
        .order_by(Staff.name)
    ).all()
    names = [name for name, _ in rows]
    return {name: str(key) for name, key in rows if names.count(name) == 1}


def ledger_rows(data: bytes, mapping: dict[str, int] | None) -> Iterator[Staged]:
    """The rows of a ledger of past messages."""
    for found in ledger.parse(read(data), mapping):
        if isinstance(found, RowError):
            yield _refused(found, found.raw)
        elif len(found.body) > LONGEST_BODY:
            fault = Fault("留言详情", f"最多 {LONGEST_BODY} 个字，现在有 {len(found.body)} 个字，请缩短")
            yield _refused(RowError(found.number, (fault,)), found.raw)
        else:
            yield Staged(found.number, found.raw, _plain(found), warning="\n".join(found.warnings))


def _refused(error: RowError, raw: dict[str, Any]) -> Staged:
    return Staged(error.number, raw, None, error="\n".join(error.lines))


def _plain(found: roster.RosterRow | ledger.LedgerRow) -> dict[str, Any]:
    """The facts of a row as JSON."""
    facts = ((f.name, getattr(found, f.name)) for f in fields(found) if f.name not in KEPT_APART)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts}
