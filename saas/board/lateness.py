"""How a cell stands at a moment, said in SQL: the same as `saas.policy.standing`, so that the database can rank.

The moments `late_at` and `behind_at` are computed by the table itself; here they only meet the present one. Built once:
the moment is a parameter (`moment(now)`).
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, DateTime, Integer, bindparam, case, cast, func, literal, select, true

from saas import clock
from saas.board.models import Cell, Moment
from saas.policy.standing import State

ORDER = tuple(State)
"""The states, the worst first; SQL says their place in this order."""
SOON = timedelta(days=7)
NOW, TODAY = bindparam("now", type_=Moment), bindparam("today", type_=Date)
_UNTIL, _LAST = bindparam("until", type_=Moment), bindparam("last", type_=Date)
_PLACE = {each: literal(place) for place, each in enumerate(ORDER)}
_NOTHING: ColumnElement[int] = literal(0)


def moment(now: datetime) -> dict[str, datetime | date]:
    """The parameters of everything below. Days are those of Shanghai, where a period ends at midnight."""
    until = now + SOON
    return {"now": now, "today": clock.local(now).date(), "until": until, "last": clock.local(until).date()}


def _of_due(what: str) -> ColumnElement[int]:
    """How many of the due moments of a cell have `passed`, or are `near`."""
    due = func.unnest(Cell.due).column_valued("moment")
    which = (due < NOW,) if what == "passed" else (due >= NOW, due < _UNTIL)
    return select(func.count(due)).where(*which).correlate(Cell).scalar_subquery()


STATE: ColumnElement[int] = case(
    (~Cell.applies, _PLACE[State.NOT_APPLICABLE]),
    (Cell.late_at < NOW, _PLACE[State.LATE]),
    (Cell.behind_at <= NOW, _PLACE[State.BEHIND]),
    ((Cell.met < func.coalesce(Cell.need, 0)) | (Cell.need.is_(None) & (Cell.open > 0)), _PLACE[State.OPEN]),
    ((Cell.met > 0) & func.coalesce(Cell.need != 0, true()), _PLACE[State.MET]),
    else_=_PLACE[State.NONE],
)
"""The place in ORDER of a cell's state."""

LATE: ColumnElement[int] = case(
    (Cell.late_at < NOW, case((Cell.need.is_not(None), Cell.need - Cell.met), else_=Cell.missed + _of_due("passed"))),
    else_=_NOTHING,
)
"""How many things are late in a cell; a clause that does not bind has no `late_at`."""

SOON_ENDING: ColumnElement[int] = case(
    (~Cell.applies, _NOTHING),
    (
        Cell.need.is_not(None),
        case(((Cell.met < Cell.need) & (Cell.ends > TODAY) & (Cell.ends <= _LAST), literal(1)), else_=_NOTHING),
    ),
    (Cell.open > 0, _of_due("near")),
    else_=_NOTHING,
)
"""How many things are still open in a cell and end within SOON: each once, a quota once as a whole."""

_DUE = func.unnest(Cell.due).column_valued("moment")
_FIRST = select(func.min(_DUE)).where(_DUE >= NOW).correlate(Cell).scalar_subquery()

NEXT: ColumnElement[datetime] = case(
    (Cell.need.is_not(None), func.timezone(clock.CN.key, cast(Cell.ends, DateTime))), else_=_FIRST
)
"""The moment at which the next of the open things of a cell ends."""

DAYS_LEFT: ColumnElement[int] = cast(func.timezone(clock.CN.key, _FIRST), Date).op("-", return_type=Integer())(TODAY)
"""Days until the next of the open things of a cell ends."""

FAR: ColumnElement[bool] = (
    Cell.applies
    & (2 * Cell.met < Cell.need)
    & ((2 * Cell.met + 1) * (Cell.ends - Cell.begins) <= Cell.need * (TODAY - Cell.begins))
)
"""Whether not even half of what a quota's pace asks for is there, by whole days."""
