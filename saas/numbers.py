"""Running numbers inside a tenant: TS-20261119-007, FB-2026-0231. Gapless per series, safe under parallel use."""

from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import InstrumentedAttribute

from saas.db import db

NEXT = text(
    "INSERT INTO numbers (series, last) VALUES (:series, :count)"
    " ON CONFLICT (series) DO UPDATE SET last = numbers.last + :count RETURNING last"
)


def next_number(series: str, width: int) -> str:
    """The next number of a series such as `TS-20261119` → TS-20261119-007. Rivals wait for the row."""
    return next_numbers(series, width, 1)[0]


def next_numbers(series: str, width: int, count: int) -> list[str]:
    """The next `count` numbers of a series, in one query."""
    last = db.session.scalar(NEXT, {"series": series, "count": count})
    return [f"{series}-{number:0{width}d}" for number in range(last - count + 1, last + 1)]


def next_nth(nth: InstrumentedAttribute[int], of: InstrumentedAttribute[UUID], key: UUID) -> int:
    """The running number of the next fact of a kind; its record is locked, so nobody else takes it."""
    return (db.session.scalar(select(func.max(nth)).where(of == key)) or 0) + 1
