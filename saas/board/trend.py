"""How the share of kept clauses went, month by month (M4)."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select

from saas.board import lateness, spans
from saas.board.figures import Stamp
from saas.board.memory import LONG_PATIENCE, kept
from saas.board.models import Cell
from saas.db import db, schema_of
from saas.policy.periods import Every, Period, period, shift
from saas.policy.standing import State

MONTHS = 12
_JUDGED = [lateness.ORDER.index(each) for each in (State.LATE, State.BEHIND, State.MET)]
_MET = lateness.ORDER.index(State.MET)


def trend(
    clauses: Collection[str], now: datetime, stamp: Stamp, *, tenant: str = ""
) -> list[tuple[Period, float | None]]:
    """The last twelve months, the oldest first, each with its rate in percent; None where nothing was judged.

    What is judged over a quarter or a year counts in each of its months. Of one `tenant`, or of all that are here.
    """
    key = ("trend", schema_of(db.session()), tenant, tuple(clauses), spans.today().replace(day=1))
    return kept(key, stamp.state, lambda: _trend(clauses, now, tenant), LONG_PATIENCE)


def _trend(clauses: Collection[str], now: datetime, tenant: str) -> list[tuple[Period, float | None]]:
    present = period(Every.MONTH, spans.today())
    first = shift(present.begins, 1 - MONTHS)
    query = (
        select(
            Cell.begins, Cell.ends, func.count().filter(lateness.STATE == _MET),
            func.count().filter(lateness.STATE.in_(_JUDGED)),
        )
        .where(Cell.begins <= spans.today(), Cell.ends > first, Cell.clause.in_(clauses))
        .group_by(Cell.begins, Cell.ends)
    )  # fmt: skip
    rows = db.session.execute(query.where(Cell.tenant == tenant) if tenant else query, lateness.moment(now)).all()
    return [(month, _rate(rows, month)) for month in _months(first)]


def _months(first: date) -> list[Period]:
    months = [period(Every.MONTH, first)]
    while len(months) < MONTHS:
        months.append(months[-1].next)
    return months


def _rate(rows: Collection[tuple[date, date, int, int]], month: Period) -> float | None:
    those = [(met, judged) for begins, ends, met, judged in rows if begins < month.ends and ends > month.begins]
    judged = sum(count for _, count in those)
    return sum(met for met, _ in those) * 100 / judged if judged else None
