"""Running numbers inside a tenant: TS-20261119-007, FB-2026-0231. Gapless per series, safe under parallel use."""

from sqlalchemy import text

from saas.db import db

NEXT = text(
    "INSERT INTO numbers (series, last) VALUES (:series, 1)"
    " ON CONFLICT (series) DO UPDATE SET last = numbers.last + 1 RETURNING last"
)


def next_number(series: str, width: int) -> str:
    """The next number of a series such as `TS-20261119` → TS-20261119-007. Rivals wait for the row."""
    last = db.session.scalar(NEXT, {"series": series})
    return f"{series}-{last:0{width}d}"
