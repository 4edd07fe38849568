"""How a cell stands at a moment, said in SQL: the same as `saas.policy.standing`, so that the database can rank.

The moments `late_at` and `behind_at` are computed by the table itself; here they only meet the present one.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, DateTime, case, cast, func, literal, select

from saas import clock
from saas.board.models import Cell
from saas.policy.standing import State

ORDER = tuple(State)
"""The states, the worst first; SQL says their place in this order."""
_PLACE = {each: literal(place) for place, each in enumerate(ORDER)}


def state(now: datetime) -> ColumnElement[int]:
    """The place in ORDER of a cell's state at a moment."""
    short = Cell.met < func.coalesce(Cell.need, 0)
    return case(
        (~Cell.applies, _PLACE[State.NOT_APPLICABLE]),
        (Cell.late_at < now, _PLACE[State.LATE]),
        (Cell.behind_at <= now, _PLACE[State.BEHIND]),
        (short | (Cell.need.is_(None) & (Cell.open > 0)), _PLACE[State.OPEN]),
        ((Cell.met > 0) | (Cell.need == 0), _PLACE[State.MET]),
        else_=_PLACE[State.NONE],
    )


def late(now: datetime) -> ColumnElement[int]:
    """How many things are late in a cell at a moment; nothing is counted where nothing is."""
    due = func.unnest(Cell.due).column_valued("moment")
    passed = select(func.count(due)).where(due < now).correlate(Cell).scalar_subquery()
    lacking = Cell.need - Cell.met
    return case(
        (Cell.late_at < now, case((Cell.need.is_not(None), lacking), else_=Cell.missed + passed)), else_=literal(0)
    )  # a clause that does not bind has no `late_at`


def soon(now: datetime, within: timedelta) -> ColumnElement[int]:
    """How many things are still open in a cell at a moment and end within a time: each once, a quota once as a whole.

    A period ends at midnight in Shanghai.
    """
    due = func.unnest(Cell.due).column_valued("moment")
    near = select(func.count(due)).where(due >= now, due < now + within).correlate(Cell).scalar_subquery()
    last = clock.local(now + within).date()
    closing = (Cell.met < Cell.need) & (Cell.ends > clock.local(now).date()) & (Cell.ends <= last)
    return case(
        (~Cell.applies, literal(0)), (Cell.need.is_not(None), case((closing, literal(1)), else_=literal(0))),
        (Cell.open > 0, near), else_=literal(0),
    )  # fmt: skip


def next_due(now: datetime) -> ColumnElement[datetime]:
    """The moment at which the next of the open things of a cell ends."""
    due = func.unnest(Cell.due).column_valued("moment")
    first = select(func.min(due)).where(due >= now).correlate(Cell).scalar_subquery()
    return case((Cell.need.is_not(None), func.timezone(clock.CN.key, cast(Cell.ends, DateTime))), else_=first)
