"""What the statistics of complaints count (D14): each figure is a condition on a case, so that the list behind a figure
shows exactly the cases that it counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, or_, select, tuple_

from saas.db import db
from tenants.complaints import stages, states
from tenants.complaints.facts import Callback, Closure, Judgement, Reply
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.origin import PastComplaint
from tenants.complaints.rules import pack_on
from tenants.customers.models import Unit

NONE = "none"
"""How the address of a list names the cases that have no such thing (no department yet, no household)."""
CONTENT = 2
"""The highest so many scores of the scale count as satisfied (满意, 非常满意)."""
LABELS = {
    "received": "受理", "established": "成立", "closed": "办结", "kept": "按时办结", "late": "逾期", "answered": "已答复",
    "called": "已回访", "satisfied": "满意",
}  # fmt: skip
DIMENSIONS = {
    "category": Complaint.category, "severity": Complaint.severity, "source": Complaint.source,
    "department": Complaint.department,
    "building": select(Unit.building).where(Unit.id == Complaint.unit_id).scalar_subquery(),
}  # fmt: skip
NOW, BEFORE, YEAR_AGO = "now", "before", "year_ago"


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of some cases: how many of each of LABELS, and the median time to the answer in seconds."""

    figures: dict[str, int]
    answered_in: float | None = None


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
    column = DIMENSIONS[dimension]
    return column == ("" if code == NONE else code)


def _there(model: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(literal(1)).where(model.complaint_id == Complaint.id, *conditions).exists()


def _latest(column: Any, model: Any) -> Any:
    return select(column).where(model.complaint_id == Complaint.id).order_by(model.nth.desc()).limit(1).scalar_subquery()


def answered_at() -> Any:
    """When the customer was answered: by a letter, in the ledger of the past, or in speech when it was closed (D8)."""
    letter = select(func.min(Reply.delivered_at)).where(Reply.complaint_id == Complaint.id).scalar_subquery()
    past = select(PastComplaint.replied_at).where(PastComplaint.complaint_id == Complaint.id).scalar_subquery()
    spoken = select(func.min(Closure.closed_at)).where(Closure.complaint_id == Complaint.id, Closure.no_reply != "")
    return func.coalesce(letter, past, spoken.scalar_subquery())


def conditions(now: datetime) -> dict[str, ColumnElement[bool]]:
    """Each figure of LABELS as a condition on a case, at a moment."""
    owed = Stage.stage == stages.CLOSED, Stage.dropped_at.is_(None)
    late = _there(Stage, *owed, or_(Stage.met_at > Stage.due_at, and_(Stage.met_at.is_(None), Stage.due_at < now)))
    content = len(pack_on(now).settings.satisfaction) - CONTENT
    return {
        "received": literal(value=True),
        "established": func.coalesce(_latest(Judgement.established, Judgement), literal(value=False)),
        "closed": Complaint.state == states.CLOSED,
        "kept": _there(Stage, *owed, Stage.met_at <= Stage.due_at) & ~late,
        "late": late,
        "answered": answered_at().is_not(None),
        "called": _there(Callback),
        "satisfied": func.coalesce(_latest(Callback.satisfaction, Callback) > content, literal(value=False)),
    }


def count(spans: Sequence[Span], now: datetime) -> dict[tuple[str, str, str], Counted]:
    """(span, dimension, code) → what was counted, in one query; the whole of a span has neither dimension nor code."""
    within = {each.name: and_(Complaint.received_at >= each.begin, Complaint.received_at < each.end) for each in spans}
    span = case(*((condition, literal(name, Text)) for name, condition in within.items())).label("span")
    answered = answered_at()
    known = conditions(now)
    cases = (
        select(
            span,
            *(func.coalesce(column, "").label(name) for name, column in DIMENSIONS.items()),
            *(condition.label(f"is_{name}") for name, condition in known.items()),
            func.extract("epoch", answered - Complaint.received_at).label("took"),
        )
        .where(or_(*within.values()))
        .cte("cases")
    )
    columns = [cases.c[name] for name in DIMENSIONS]
    # GROUPING has a bit for each dimension that a line does not belong to, the first one highest
    level = func.grouping(*columns).label("level")
    query = select(
        cases.c.span, level, *columns,
        *(func.count().filter(cases.c[f"is_{name}"]).label(f"is_{name}") for name in known),
        func.percentile_cont(0.5).within_group(cases.c.took).label("took"),
    ).group_by(func.grouping_sets(tuple_(cases.c.span), *(tuple_(cases.c.span, column) for column in columns)))  # fmt: skip
    every, bits = 2 ** len(columns) - 1, {}
    for nth, name in enumerate(DIMENSIONS):
        bits[every - 2 ** (len(columns) - 1 - nth)] = name
    found = {}
    for row in db.session.execute(query):
        dimension = bits.get(row.level, "")
        code = getattr(row, dimension) or NONE if dimension else ""
        figures = {name: getattr(row, f"is_{name}") for name in known}
        found[row.span, dimension, code] = Counted(figures, float(row.took) if row.took is not None else None)
    return found
