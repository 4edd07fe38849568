"""The cells of a few tenants, as a heat map or a panel needs them: judged by the database, or as tallies."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Text, any_, bindparam, cast, false, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.functions import coalesce

from saas.board import lateness, spans
from saas.board.faces import Seen
from saas.board.figures import reach
from saas.board.models import Cell
from saas.db import db
from saas.policy.periods import Period
from saas.policy.standing import Tally

Key = tuple[str, str]
"""Tenant and clause."""


def _whole(total: ColumnElement[int]) -> ColumnElement[int]:
    return cast(coalesce(total, 0), Integer)


_MINE = (
    Cell.tenant == any_(bindparam("tenants", type_=ARRAY(Text))), Cell.ends > bindparam("begins"),
    Cell.begins == any_(bindparam("starts", type_=ARRAY(Date))), Cell.begins <= bindparam("latest", type_=Date),
)  # fmt: skip
_SEEN = (
    select(
        Cell.tenant, Cell.clause, func.min(lateness.STATE), _whole(func.sum(lateness.LATE)),
        _whole(func.sum(Cell.met).filter(Cell.applies)), cast(func.sum(Cell.need).filter(Cell.applies), Integer),
        _whole(func.sum(Cell.open).filter(Cell.applies)),
        coalesce(
            func.min(lateness.DAYS_LEFT).filter(Cell.applies & (Cell.open > 0)),
            func.min(Cell.ends - lateness.TODAY).filter(Cell.applies & Cell.need.is_not(None)),
        ),
        coalesce(func.bool_or(lateness.FAR), false()),
    )
    .where(*_MINE)
    .group_by(Cell.tenant, Cell.clause)
)  # fmt: skip
_TALLIES = (
    select(
        Cell.tenant, Cell.clause, Cell.begins, Cell.ends, Cell.met, Cell.missed, Cell.open, Cell.due, Cell.need,
        Cell.applies,
    )
    .where(*_MINE)
    .order_by(Cell.begins)
)  # fmt: skip


def seen(tenants: Collection[str], span: Period, now: datetime, *, coming: bool = False) -> dict[Key, Seen]:
    """What there is to say of each clause of these tenants in a span, as `saas.board.faces.of` says it of tallies:
    much quicker for a thousand. `coming`: the month to come is part of it."""
    asked = _asked(tenants, span, coming) | lateness.moment(now)
    return {(tenant, clause): Seen(*said) for tenant, clause, *said in db.session.execute(_SEEN, asked)}


def tallies(tenants: Collection[str], span: Period, *, coming: bool = False) -> dict[Key, list[Tally]]:
    """What is kept of each clause of these tenants in a span, as far as it has begun."""
    found: dict[Key, list[Tally]] = {}
    for tenant, clause, begins, ends, *counts in db.session.execute(_TALLIES, _asked(tenants, span, coming)):
        found.setdefault((tenant, clause), []).append(Tally(Period(begins, ends), *counts))
    return found


def _asked(tenants: Collection[str], span: Period, coming: bool) -> dict[str, Any]:
    starts = reach(span, spans.today()) if coming else spans.starts(span)
    latest = starts[-1] if coming else spans.today()
    return {"tenants": list(tenants), "begins": span.begins, "starts": starts, "latest": latest}
