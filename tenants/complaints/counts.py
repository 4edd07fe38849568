"""What the statistics of complaints count (D14): each figure is a condition on a case, so that the list behind a figure
shows exactly the cases that it counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by

from saas.approvals.models import Approval
from saas.db import db
from tenants.complaints import stages, states
from tenants.complaints.compensations.models import Compensation
from tenants.complaints.facts import Callback, Closure, Judgement, Reply
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.origin import PastComplaint
from tenants.complaints.repeats.models import DUPLICATE, REPEAT, Link
from tenants.complaints.rules import pack_on
from tenants.customers.models import Unit

NONE = "none"
"""How the address of a list names the cases that have no such thing (no department yet, no household)."""
CONTENT = 2
"""The highest so many scores of the scale count as satisfied (满意, 非常满意)."""
LABELS = {
    "received": "受理", "established": "成立", "closed": "办结", "kept": "按时办结", "late": "逾期",
    "answered": "已答复", "called": "已回访", "satisfied": "满意", "repeated": "再次投诉", "compensated": "有赔偿",
}  # fmt: skip
DIMENSIONS: dict[str, Any] = {
    "category": Complaint.category, "severity": Complaint.severity, "source": Complaint.source,
    "department": Complaint.department, "building": Unit.building,
}  # fmt: skip
NOW, BEFORE, YEAR_AGO = "now", "before", "year_ago"


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


def of(dimension: str, code: str) -> ColumnElement[bool]:
    """The cases of one line of a dimension; NONE for those that have none."""
    if dimension == "building":
        return (
            Complaint.unit_id.is_(None)
            if code == NONE
            else Complaint.unit_id.in_(select(Unit.id).where(Unit.building == code))
        )
    found: ColumnElement[bool] = DIMENSIONS[dimension] == ("" if code == NONE else code)
    return found


def _late(now: datetime) -> ColumnElement[bool]:
    """A clock that was met too late, or has run out."""
    return or_(Stage.met_at > Stage.due_at, and_(Stage.met_at.is_(None), Stage.due_at < now))


OWED = Stage.stage == stages.CLOSED, Stage.dropped_at.is_(None)
IN_TIME = Stage.met_at <= Stage.due_at
SPOKEN = Closure.no_reply != ""
GRANTED = Compensation.approval_id.in_(select(Approval.id).where(Approval.state == "approved"))


def _linked(kind: str) -> ColumnElement[bool]:
    """Linked to an earlier case, and not undone: a duplicate counts with that one (D5)."""
    return _there(Link, Link.kind == kind, Link.unlinked_at.is_(None))


def _content(now: datetime) -> int:
    """A score above this one counts as satisfied."""
    return len(pack_on(now).settings.satisfaction) - CONTENT


def _there(model: type[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(literal(1)).where(model.complaint_id == Complaint.id, *conditions).exists()


def _latest(column: Any, model: Any) -> Any:
    theirs = select(column).where(model.complaint_id == Complaint.id)
    return theirs.order_by(model.nth.desc()).limit(1).scalar_subquery()


def conditions(now: datetime) -> dict[str, ColumnElement[bool]]:
    """Each figure of LABELS as a condition on a case, at a moment. `count` counts the same, all of them at once.

    A duplicate counts with the case that it was merged into, not by itself (D5).

    Answered is who got a letter, was answered in the ledger of the past, or in speech when the case was closed (D8).
    """
    late = _there(Stage, *OWED, _late(now))
    past = _there(PastComplaint, PastComplaint.replied_at.is_not(None))
    found = {
        "received": literal(value=True),
        "established": func.coalesce(_latest(Judgement.established, Judgement), literal(value=False)),
        "closed": Complaint.state == states.CLOSED,
        "kept": and_(Complaint.state == states.CLOSED, _there(Stage, *OWED, IN_TIME), ~late),
        "late": late,
        "answered": or_(_there(Reply), past, _there(Closure, SPOKEN)),
        "called": _there(Callback),
        "satisfied": func.coalesce(_latest(Callback.satisfaction, Callback) > _content(now), literal(value=False)),
        "repeated": _linked(REPEAT),
        "compensated": _there(Compensation, GRANTED),
    }
    return {name: and_(~_linked(DUPLICATE), condition) for name, condition in found.items()}


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
        .where(or_(*within.values()), ~_linked(DUPLICATE))
        .cte("base")
    )  # fmt: skip

    def of_each(model: Any, *columns: Any, where: Sequence[ColumnElement[bool]] = ()) -> Any:
        query = select(model.complaint_id, *columns).join(base, base.c.id == model.complaint_id).where(*where)
        return query.group_by(model.complaint_id).subquery()

    def last(column: Any, model: Any) -> Any:
        return func.array_agg(aggregate_order_by(column, model.nth.desc()))[1]

    closing = of_each(
        Stage, func.bool_or(_late(now)).label("late"), func.bool_or(IN_TIME).label("kept"), where=OWED
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
        "satisfied": called.c.score > _content(now),
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
