"""How many clauses are kept, late, behind: for each project, for each clause, and in all; counted by the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, case, cast, func, select, text, tuple_
from sqlalchemy.sql.functions import coalesce

from saas.board import lateness, spans
from saas.board.memory import kept
from saas.board.models import Cell
from saas.db import db, schema_of
from saas.policy.periods import Every, Period, period
from saas.policy.standing import State, Tally

SOON = timedelta(days=7)
_STAMP = text("SELECT (SELECT sum(seq) FROM arrivals), (SELECT seq FROM roll_up)")
TICK = 30  # seconds; what turns late by itself is seen within them


@dataclass(frozen=True, slots=True)
class Figures:
    """Cells by their state, and how many things are `late` and end `soon` in them, the first at `next`.

    Only cells that are late, behind or met have been judged: the rate is the share of those that are met.
    """

    states: tuple[int, ...] = (0,) * len(State)
    late: int = 0
    soon: int = 0
    next: datetime | None = None

    def count(self, *states: State) -> int:
        """How many cells are in one of these states."""
        return sum(self.states[lateness.ORDER.index(each)] for each in states)

    @property
    def unmet(self) -> int:
        """Cells that are late or behind."""
        return self.count(State.LATE, State.BEHIND)

    @property
    def judged(self) -> int:
        """Cells that say something about how the regulation is kept."""
        return self.unmet + self.count(State.MET)

    @property
    def binding(self) -> int:
        """Cells in which there is something to do or to judge."""
        return self.judged + self.count(State.OPEN)

    @property
    def rate(self) -> float | None:
        """The share of the judged cells that are met, in percent; None where nothing has been judged."""
        return self.count(State.MET) * 100 / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a span."""

    whole: Figures = Figures()
    tenants: dict[str, Figures] = field(default_factory=dict)
    clauses: dict[str, Figures] = field(default_factory=dict)


def stamp(now: datetime) -> tuple[object, ...]:
    """Another one whenever a cell of the tenant at hand may have changed, or have turned late."""
    return (*db.session.execute(_STAMP).one(), int(now.timestamp()) // TICK)


def summary(span: Period, clauses: Collection[str], now: datetime, stamp: tuple[object, ...]) -> Summary:
    """Count the cells of the tenant at hand (in the head office those of all its projects) for these clauses."""
    key = ("summary", schema_of(db.session()), span, tuple(clauses))
    return kept(key, stamp, lambda: _summary(span, clauses, now))


def _summary(span: Period, clauses: Collection[str], now: datetime) -> Summary:
    today = spans.today()
    shown = (Cell.begins <= today) & (Cell.begins < span.ends)
    soon, next_due = lateness.soon(now, SOON), lateness.next_due(now)
    each = (
        select(
            Cell.tenant, Cell.clause,
            func.min(lateness.state(now)).filter(shown).label("state"),
            func.sum(lateness.late(now)).filter(shown).label("late"),
            func.sum(soon).label("soon"),
            func.min(case((soon > 0, next_due))).label("next"),
        )
        .where(Cell.begins.in_(_starts(span, today)), Cell.ends > span.begins, Cell.clause.in_(clauses))
        .group_by(Cell.tenant, Cell.clause)
        .subquery()
    )  # fmt: skip
    counts = [func.count().filter(each.c.state == place) for place in range(len(State))]
    rows = db.session.execute(
        select(
            each.c.tenant, each.c.clause, func.grouping(each.c.tenant, each.c.clause),
            cast(coalesce(func.sum(each.c.late), 0), Integer), cast(coalesce(func.sum(each.c.soon), 0), Integer),
            func.min(each.c.next), *counts,
        ).group_by(func.grouping_sets(tuple_(each.c.tenant), tuple_(each.c.clause), text("()")))
    )  # fmt: skip
    found = Summary()
    for tenant, clause, kind, late, soon_count, following, *states in rows:
        figures = Figures(tuple(states), late, soon_count, following)
        if kind == 1:
            found.tenants[tenant] = figures
        elif kind == 2:
            found.clauses[clause] = figures
        else:
            found = Summary(figures, found.tenants, found.clauses)
    return found


def _starts(span: Period, today: date) -> list[date]:
    """Of the span, and while it runs of what comes next: some of that ends soon."""
    following = period(Every.MONTH, today).next
    return sorted({*spans.starts(span), *(spans.starts(following) if today < span.ends else ())})


def tallies(tenants: Sequence[str], span: Period, *, coming: bool = False) -> dict[tuple[str, str], list[Tally]]:
    """What is kept of each (tenant, clause) in a span, as far as it has begun; `coming`: and of the month to come."""
    today = spans.today()
    query = select(
        Cell.tenant, Cell.clause, Cell.begins, Cell.ends, Cell.met, Cell.missed, Cell.open, Cell.due, Cell.need,
        Cell.applies,
    ).where(Cell.tenant.in_(tenants), Cell.ends > span.begins)  # fmt: skip
    if coming:
        query = query.where(Cell.begins.in_(_starts(span, today)))
    else:
        query = query.where(Cell.begins.in_(spans.starts(span)), Cell.begins <= today)
    found: dict[tuple[str, str], list[Tally]] = {}
    for tenant, clause, begins, ends, *counts in db.session.execute(query.order_by(Cell.begins)):
        found.setdefault((tenant, clause), []).append(Tally(Period(begins, ends), *counts))
    return found
