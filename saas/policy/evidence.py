"""Evidence: what the records of a period say about a clause. Each slice answers for the names that it gives (R1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select

from saas.db import db
from saas.policy.pack import Clause, Pack

MET, MISSED, OPEN = "met", "missed", "open"
MOST = 20
"""Records told of each verdict; the counts know them all."""


@dataclass(frozen=True, slots=True)
class Question:
    """Was this clause of this pack kept in [begin, end)?"""

    clause: Clause
    pack: Pack
    begin: datetime
    end: datetime


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


Query = Callable[[Question], Evidence]


def gather(rows: Select[Any], endpoint: str = "", key: str = "id") -> Evidence:
    """Count and list the rows of a select with columns `id`, `label`, `at`, `verdict`, in one query.

    A row without a verdict binds nobody and is left out. The page of a record is `endpoint` with the id as `key`; a
    select of several kinds of records names it in a column `endpoint`.
    """
    told = rows.subquery()
    page = told.c.endpoint if "endpoint" in told.c else literal(endpoint).label("endpoint")
    window: dict[str, Any] = {"partition_by": told.c.verdict}
    ranked = (
        select(
            told.c.id, told.c.label, told.c.at, told.c.verdict, page,
            func.count().over(**window).label("total"),
            func.row_number().over(**window, order_by=(told.c.at.desc(), told.c.id)).label("nth"),
        )
        .where(told.c.verdict.is_not(None))
        .subquery()
    )  # fmt: skip
    found = db.session.execute(select(ranked).where(ranked.c.nth <= MOST).order_by(ranked.c.verdict, ranked.c.nth))
    counts: dict[str, int] = {}
    records = []
    for row in found:
        counts[row.verdict] = row.total
        records.append(Record(row.verdict, row.label, row.at, row.endpoint, {key: row.id}))
    return Evidence(counts.get(MET, 0), counts.get(MISSED, 0), counts.get(OPEN, 0), tuple(records))
