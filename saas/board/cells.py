"""Cells as values: measured, compared, written, sent. The same rows in the project and in its head office."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saas.board.models import Cell
from saas.policy.pack import Clause, Pack
from saas.policy.periods import Period
from saas.policy.standing import Tally

Key = tuple[str, date]
COLUMNS = (
    Cell.clause, Cell.begins, Cell.ends, Cell.pack_version, Cell.met, Cell.missed, Cell.open, Cell.due, Cell.need,
    Cell.applies,
)  # fmt: skip
_WRITE = text("""
INSERT INTO cells (
    tenant, clause, begins, ends, pack_version, met, missed, open, due, need, applies, seq, measured_at
)
SELECT :tenant, r.clause, r.begins, r.ends, r.pack_version, r.met, r.missed, r.open, r.due, r.need, r.applies, :seq, :at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
    clause text, begins date, ends date, pack_version text, met integer, missed integer, open integer,
    due timestamptz[], need integer, applies boolean
)
ON CONFLICT (tenant, clause, begins) DO UPDATE SET
    ends = excluded.ends, pack_version = excluded.pack_version, met = excluded.met, missed = excluded.missed,
    open = excluded.open, due = excluded.due, need = excluded.need, applies = excluded.applies, seq = excluded.seq,
    measured_at = excluded.measured_at
WHERE excluded.seq > cells.seq
""")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one clause in one period: `saas.policy.standing.Tally`, named and dated."""

    clause: str
    begins: date
    ends: date
    pack_version: str
    met: int = 0
    missed: int = 0
    open: int = 0
    due: tuple[datetime, ...] = ()
    need: int | None = None
    applies: bool = True

    @classmethod
    def of(cls, pack: Pack, clause: Clause, known: Tally) -> "Measured":
        """The cell of a tally."""
        return cls(
            clause.id, known.period.begins, known.period.ends, pack.version, known.met, known.missed, known.open,
            tuple(known.due), known.need, known.applies,
        )  # fmt: skip

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> "Measured":
        """The cell of a row that begins with COLUMNS."""
        clause, begins, ends, version, met, missed, still, due, need, applies = row[:10]
        return cls(clause, begins, ends, version, met, missed, still, tuple(due), need, applies)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Measured":
        """The cell of a delta."""
        days = {name: date.fromisoformat(facts[name]) for name in ("begins", "ends")}
        return cls(**{**facts, **days, "due": tuple(map(datetime.fromisoformat, facts["due"]))})

    @property
    def key(self) -> Key:
        """Clause and first day; one cell for each in a tenant."""
        return self.clause, self.begins

    @property
    def name(self) -> str:
        """The same in one word, for reports and logs."""
        return f"{self.clause} {self.begins}"

    @property
    def tally(self) -> Tally:
        """What the policy judges."""
        period = Period(self.begins, self.ends)
        return Tally(period, self.met, self.missed, self.open, self.due, self.need, self.applies)


def as_json(cells: Iterable[Measured]) -> list[dict[str, Any]]:
    """Cells for a delta."""
    rows: list[dict[str, Any]] = json.loads(json.dumps([asdict(cell) for cell in cells], default=_plain))
    return rows


def _plain(value: date | datetime) -> str:
    return value.isoformat()


def stored(session: Session, tenant: str, since: date) -> dict[Key, Measured]:
    """The cells of a tenant that end after `since`."""
    rows = session.execute(select(*COLUMNS).where(Cell.tenant == tenant, Cell.ends > since))
    return {cell.key: cell for cell in map(Measured.from_row, rows)}


def write(session: Session, tenant: str, rows: Sequence[dict[str, Any]], *, seq: int, at: datetime) -> None:
    """Write cells (as JSON) over older ones of the tenant; newer ones stay."""
    if rows:
        session.execute(_WRITE, {"tenant": tenant, "rows": json.dumps(rows), "seq": seq, "at": at})
