"""How many clauses are kept, late, behind: for each project, for each clause, and in all; counted by the database."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Date, Integer, Text, any_, bindparam, case, cast, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.functions import coalesce

from saas.board import lateness, spans
from saas.board.memory import kept
from saas.board.models import Cell
from saas.db import db, schema_of
from saas.policy.periods import Every, Period, period
from saas.policy.standing import State

_STAMP = text("""
SELECT coalesce(sum(arrivals.seq), 0) AS arrived, max(arrivals.at) AS at, max(roll_up.seq) AS seq,
       max(roll_up.measured_at) AS measured_at
FROM roll_up LEFT JOIN arrivals ON true""")
COUNTED = (State.LATE, State.BEHIND, State.OPEN, State.MET)
TICK = 30  # seconds; what turns late by itself is seen within them


@dataclass(frozen=True, slots=True)
class Figures:
    """Cells by how they stand, and how many things are late (`items`) and end `soon` in them, the first at `next`.

    Only cells that are late, behind or met have been judged: the rate is the share of those that are met.
    """

    late: int = 0
    behind: int = 0
    open: int = 0
    met: int = 0
    items: int = 0
    soon: int = 0
    next: datetime | None = None

    @property
    def unmet(self) -> int:
        """Cells that are late or behind."""
        return self.late + self.behind

    @property
    def judged(self) -> int:
        """Cells that say something about how the regulation is kept."""
        return self.late + self.behind + self.met

    @property
    def binding(self) -> int:
        """Cells in which there is something to do or to judge."""
        return self.judged + self.open

    @property
    def rate(self) -> float | None:
        """The share of the judged cells that are met, in percent; None where nothing has been judged."""
        return self.met * 100 / self.judged if self.judged else None


NOTHING = Figures()


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a span."""

    whole: Figures = NOTHING
    tenants: dict[str, Figures] = field(default_factory=dict)
    clauses: dict[str, Figures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Another one whenever a cell of the tenant at hand may have changed, or have turned late; `until` is the moment of
    its newest figures."""

    state: tuple[object, ...]
    until: datetime | None


def stamp(now: datetime) -> Stamp:
    """How new the figures of the tenant at hand are, in one query."""
    row = db.session.execute(_STAMP).one()
    return Stamp((row.arrived, row.seq, int(now.timestamp()) // TICK), row.at or row.measured_at)


def summary(span: Period, clauses: Collection[str], now: datetime, stamp: Stamp) -> Summary:
    """Count the cells of the tenant at hand (in the head office those of all its projects) for these clauses."""
    key = ("summary", schema_of(db.session()), span, tuple(clauses))
    return kept(key, stamp.state, lambda: count(span, clauses, now))


_SHOWN = (Cell.begins <= lateness.TODAY) & (Cell.begins < bindparam("ends"))
_EACH = (
    select(
        Cell.tenant, Cell.clause, func.min(lateness.STATE).filter(_SHOWN).label("state"),
        func.sum(lateness.LATE).filter(_SHOWN).label("late"), func.sum(lateness.SOON_ENDING).label("soon"),
        func.min(case((lateness.SOON_ENDING > 0, lateness.NEXT))).label("next"),
    )
    .where(
        Cell.begins == any_(bindparam("starts", type_=ARRAY(Date))), Cell.ends > bindparam("begins"),
        Cell.clause == any_(bindparam("clauses", type_=ARRAY(Text))),
    )
    .group_by(Cell.tenant, Cell.clause)
    .subquery()
)  # fmt: skip
_SUMMARY = select(
    _EACH.c.tenant, _EACH.c.clause, func.grouping(_EACH.c.tenant, _EACH.c.clause),
    *(func.count().filter(_EACH.c.state == lateness.ORDER.index(its)) for its in COUNTED),
    cast(coalesce(func.sum(_EACH.c.late), 0), Integer), cast(coalesce(func.sum(_EACH.c.soon), 0), Integer),
    func.min(_EACH.c.next),
).group_by(func.grouping_sets(tuple_(_EACH.c.tenant), tuple_(_EACH.c.clause), text("()")))  # fmt: skip


def count(span: Period, clauses: Collection[str], now: datetime) -> Summary:
    """The same, counted now."""
    starts = reach(span, spans.today())
    asked = {"starts": starts, "begins": span.begins, "ends": span.ends, "clauses": list(clauses)}
    found = Summary()
    for tenant, clause, kind, *counted in db.session.execute(_SUMMARY, asked | lateness.moment(now)):
        figures = Figures(*counted)
        if kind == 1:
            found.tenants[tenant] = figures
        elif kind == 2:
            found.clauses[clause] = figures
        else:
            found = Summary(figures, found.tenants, found.clauses)
    return found


def reach(span: Period, today: date) -> list[date]:
    """Of the span, and while it runs of what comes next: some of that ends soon."""
    following = period(Every.MONTH, today).next
    return sorted({*spans.starts(span), *(spans.starts(following) if today < span.ends else ())})
