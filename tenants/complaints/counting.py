"""The figures of the statistics counted together, for all lines of a table in one query (D14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by

from saas.db import db
from tenants.complaints import states
from tenants.complaints.compensations.models import Compensation
from tenants.complaints.counts import (
    DIMENSIONS,
    GRANTED,
    IN_TIME,
    NONE,
    OWED,
    SPOKEN,
    content_above,
    late_at,
    linked_as,
)
from tenants.complaints.facts import Callback, Closure, Judgement, Reply
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.origin import PastComplaint
from tenants.complaints.repeats.models import DUPLICATE, REPEAT, Link
from tenants.customers.models import Unit


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of some cases: how many of each of LABELS, the median time to the answer in seconds, yuan granted."""

    figures: dict[str, int]
    answered_in: float | None = None
    yuan: str = "0"


@dataclass(frozen=True, slots=True)
class Span:
    """Cases that came in in [begin, end)."""

    name: str
    begin: datetime
    end: datetime


def count(spans: Sequence[Span], now: datetime) -> dict[tuple[str, str, str], Counted]:
    """(span, dimension, code) → what was counted, in one query; the whole of a span has neither dimension nor code.

    The facts of the cases are gathered by joins: asking for each case by itself takes several times as long.
    """
    cases, figures, took = _gathered(spans, now)
    columns = [cases.c[name] for name in DIMENSIONS]
    # GROUPING has a bit for each dimension that a line does not belong to, the first one highest
    level = func.grouping(*columns).label("level")
    sets = func.grouping_sets(tuple_(cases.c.span), *(tuple_(cases.c.span, column) for column in columns))
    query = select(
        cases.c.span, level, *columns,
        *(func.count().filter(cases.c[f"is_{name}"]).label(f"is_{name}") for name in figures),
        func.percentile_cont(0.5).within_group(took).label("took"), func.sum(cases.c.yuan).label("yuan"),
    ).group_by(sets)  # fmt: skip
    every, bits = 2 ** len(columns) - 1, {}
    for nth, name in enumerate(DIMENSIONS):
        bits[every - 2 ** (len(columns) - 1 - nth)] = name
    found = {}
    for row in db.session.execute(query):
        dimension = bits.get(row.level, "")
        code = getattr(row, dimension) or NONE if dimension else ""
        counted = {name: getattr(row, f"is_{name}") for name in figures}
        took_in = float(row.took) if row.took is not None else None
        found[row.span, dimension, code] = Counted(counted, took_in, str(row.yuan or 0))
    return found


def _gathered(spans: Sequence[Span], now: datetime) -> tuple[Any, list[str], Any]:
    """One row for each case of the spans with its figures, their names, and the column of the time to the answer."""
    within = {each.name: and_(Complaint.received_at >= each.begin, Complaint.received_at < each.end) for each in spans}
    base = (
        select(
            Complaint.id, Complaint.received_at, Complaint.state,
            case(*((condition, literal(name, Text)) for name, condition in within.items())).label("span"),
            *(column.label(name) for name, column in DIMENSIONS.items() if name != "building"),
            func.coalesce(Unit.building, "").label("building"),
        )
        .outerjoin(Unit, Unit.id == Complaint.unit_id)
        .where(or_(*within.values()), ~linked_as(DUPLICATE))
        .cte("base")
    )  # fmt: skip

    def of_each(model: Any, *columns: Any, where: Sequence[ColumnElement[bool]] = ()) -> Any:
        query = select(model.complaint_id, *columns).join(base, base.c.id == model.complaint_id).where(*where)
        return query.group_by(model.complaint_id).subquery()

    def last(column: Any, model: Any) -> Any:
        return func.array_agg(aggregate_order_by(column, model.nth.desc()))[1]

    closing = of_each(
        Stage, func.bool_or(late_at(now)).label("late"), func.bool_or(IN_TIME).label("kept"), where=OWED
    )  # fmt: skip
    ruled = of_each(Judgement, last(Judgement.established, Judgement).label("established"))
    called = of_each(Callback, last(Callback.satisfaction, Callback).label("score"))
    replied = of_each(Reply, func.min(Reply.delivered_at).label("at"))
    spoken = of_each(Closure, func.min(Closure.closed_at).label("at"), where=[SPOKEN])
    repeated = of_each(Link, func.count().label("n"), where=[Link.kind == REPEAT, Link.unlinked_at.is_(None)])
    granted = of_each(Compensation, func.sum(Compensation.amount).label("yuan"), where=[GRANTED])
    past = of_each(PastComplaint, func.min(PastComplaint.replied_at).label("at"))
    late = func.coalesce(closing.c.late, literal(value=False))
    answered = func.coalesce(replied.c.at, past.c.at, spoken.c.at)
    figures: dict[str, ColumnElement[Any]] = {
        "received": literal(value=True), "established": ruled.c.established, "closed": base.c.state == states.CLOSED,
        "kept": and_(base.c.state == states.CLOSED, closing.c.kept, ~late), "late": late,
        "answered": answered.is_not(None), "called": called.c.score.is_not(None),
        "satisfied": called.c.score > content_above(now),
        "repeated": repeated.c.n.is_not(None), "compensated": granted.c.yuan.is_not(None),
    }  # fmt: skip
    query = select(
        base.c.span, *(base.c[name] for name in DIMENSIONS),
        *(condition.label(f"is_{name}") for name, condition in figures.items()),
        func.extract("epoch", answered - base.c.received_at).label("took"), granted.c.yuan,
    )  # fmt: skip
    joined = base
    for each in (closing, ruled, called, replied, spoken, past, repeated, granted):
        joined = joined.outerjoin(each, each.c.complaint_id == base.c.id)  # type: ignore[assignment]
    cases = query.select_from(joined).cte("cases")
    return cases, list(figures), cases.c.took
