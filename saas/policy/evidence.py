"""Evidence: what the records of a period say about a clause. Each slice answers for the names that it gives (R1).

A slice's query only says which records count and how; `told` lists them for a page, `counted` counts for the board.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)

from saas import clock
from saas.db import db
from saas.policy.pack import Clause, Pack

MET, MISSED, OPEN = "met", "missed", "open"
MOST = 20
"""Records told of each verdict; the counts know them all."""
AT_ONCE = 50
"""Questions that `firsts` asks in one query."""


@dataclass(frozen=True, slots=True)
class Question:
    """Was this clause of this pack kept in [begin, end)?"""

    clause: Clause
    pack: Pack
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rows:
    """The records that a query takes into account.

    `select` has the columns `id`, `label`, `at`, `verdict` (MET, MISSED, OPEN; NULL binds nobody and is left out), and
    may have `due`: the moment from which an OPEN row is missed. No verdict looks at the present moment: time passes
    without a write. The page of a record is `endpoint` with the id as `key`; a select of several kinds of records names
    the page in a column `endpoint`. `whole` counts the base of a quota, such as all occupied households.
    """

    select: Select[Any]
    endpoint: str = ""
    key: str = "id"
    whole: Select[Any] | None = None


Query = Callable[[Question], Rows]


@dataclass(frozen=True, slots=True)
class Source:
    """A query, and the subject types whose events may change its answer."""

    query: Query
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One record that shows it: where its page is and what it says, `met`, `missed` or `open`."""

    verdict: str
    label: str
    at: datetime
    endpoint: str
    where: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often a clause was kept, was not, and may still be; the newest records of each."""

    met: int = 0
    missed: int = 0
    open: int = 0
    records: tuple[Record, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Count:
    """The same without the records, and without the present moment: `due` says when open ones turn missed.

    `first` is the moment of the earliest record that met it, `whole` the base of a quota.
    """

    met: int = 0
    missed: int = 0
    open: int = 0
    due: tuple[datetime, ...] = ()
    first: datetime | None = None
    whole: int | None = None


def told(rows: Rows) -> Evidence:
    """Count and list the records as they stand now, in one query."""
    inner = rows.select.subquery()
    page = inner.c.endpoint if "endpoint" in inner.c else literal(rows.endpoint).label("endpoint")
    overdue: ColumnElement[bool] = and_(inner.c.verdict == OPEN, _due(inner) < clock.now())
    verdict = case((overdue, MISSED), else_=inner.c.verdict).label("verdict")
    judged = (
        select(inner.c.id, inner.c.label, inner.c.at, page, verdict)
        .where(inner.c.verdict.is_not(None))
        .subquery()
    )  # fmt: skip
    window: dict[str, Any] = {"partition_by": judged.c.verdict}
    ranked = select(
        judged,
        func.count().over(**window).label("total"),
        func.row_number().over(**window, order_by=(judged.c.at.desc(), judged.c.id)).label("nth"),
    ).subquery()
    found = db.session.execute(select(ranked).where(ranked.c.nth <= MOST).order_by(ranked.c.verdict, ranked.c.nth))
    counts: dict[str, int] = {}
    records = []
    for row in found:
        counts[row.verdict] = row.total
        records.append(Record(row.verdict, row.label, row.at, row.endpoint, {rows.key: row.id}))
    return Evidence(counts.get(MET, 0), counts.get(MISSED, 0), counts.get(OPEN, 0), tuple(records))


def counted(rows: Rows) -> Count:
    """Count the records, in one query, or two where a quota has a base."""
    inner = rows.select.subquery()
    due = _due(inner)

    def many(verdict: str) -> Any:
        return func.count().filter(inner.c.verdict == verdict)

    row = db.session.execute(
        select(
            many(MET), many(MISSED), many(OPEN),
            func.array_agg(due).filter(inner.c.verdict == OPEN, due.is_not(None)),
            func.min(inner.c.at).filter(inner.c.verdict == MET),
        ).where(inner.c.verdict.is_not(None))
    ).one()  # fmt: skip
    whole = db.session.scalar(rows.whole) if rows.whole is not None else None
    return Count(row[0], row[1], row[2], tuple(sorted(row[3] or ())), row[4], whole)


# named by their text: to look up the columns of fifty subqueries takes longer than the query
_AT, _VERDICT = literal_column("found.at", DateTime(timezone=True)), literal_column("found.verdict", String)
_EARLIEST = func.min(_AT).filter(_VERDICT == MET).label("first")


def firsts(asked: Sequence[Rows]) -> Iterator[datetime | None]:
    """The moment of the earliest record that met each of these, in one query for every AT_ONCE of them."""
    for start in range(0, len(asked), AT_ONCE):
        parts = []
        for nth, rows in enumerate(asked[start : start + AT_ONCE]):
            parts.append(select(literal(nth).label("nth"), _EARLIEST).select_from(rows.select.subquery("found")))
        found = {row.nth: row.first for row in db.session.execute(union_all(*parts))}
        yield from (found[nth] for nth in range(len(parts)))


def _due(inner: Any) -> Any:
    return inner.c.due if "due" in inner.c else null().cast(DateTime(timezone=True))
