"""What the statistics of complaints count (D14): each figure is a condition on a case, so that the list behind a figure
shows exactly the cases that it counted."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from saas.approvals.models import Approval
from saas.policy.here import pack_on
from tenants.complaints import stages, states
from tenants.complaints.compensations.models import Compensation
from tenants.complaints.facts import Callback, Closure, Judgement, Reply
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.origin import PastComplaint
from tenants.complaints.repeats.models import DUPLICATE, REPEAT, Link
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


def late_at(now: datetime) -> ColumnElement[bool]:
    """A clock that was met too late, or has run out."""
    return or_(Stage.met_at > Stage.due_at, and_(Stage.met_at.is_(None), Stage.due_at < now))


OWED = Stage.stage == stages.CLOSED, Stage.dropped_at.is_(None)
IN_TIME = Stage.met_at <= Stage.due_at
SPOKEN = Closure.no_reply != ""
GRANTED = Compensation.approval_id.in_(select(Approval.id).where(Approval.state == "approved"))


def linked_as(kind: str) -> ColumnElement[bool]:
    """Linked to an earlier case, and not undone: a duplicate counts with that one (D5)."""
    return _there(Link, Link.kind == kind, Link.unlinked_at.is_(None))


def content_above(now: datetime) -> int:
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
    late = _there(Stage, *OWED, late_at(now))
    past = _there(PastComplaint, PastComplaint.replied_at.is_not(None))
    found = {
        "received": literal(value=True),
        "established": func.coalesce(_latest(Judgement.established, Judgement), literal(value=False)),
        "closed": Complaint.state == states.CLOSED,
        "kept": and_(Complaint.state == states.CLOSED, _there(Stage, *OWED, IN_TIME), ~late),
        "late": late,
        "answered": or_(_there(Reply), past, _there(Closure, SPOKEN)),
        "called": _there(Callback),
        "satisfied": func.coalesce(_latest(Callback.satisfaction, Callback) > content_above(now), literal(value=False)),
        "repeated": linked_as(REPEAT),
        "compensated": _there(Compensation, GRANTED),
    }
    return {name: and_(~linked_as(DUPLICATE), condition) for name, condition in found.items()}
