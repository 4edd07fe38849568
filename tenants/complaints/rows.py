"""The records of a case as evidence takes them: one row a complaint, with a verdict."""

from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, case, func, literal, null, or_, select

from saas.policy.evidence import Question, Rows
from tenants.complaints.facts import Handling
from tenants.complaints.models import Complaint

NEVER = null().cast(DateTime(timezone=True))
REACHABLE = or_(Complaint.customer_id.is_not(None), Complaint.phone != "", Complaint.email != "")
TITLE = (Complaint.number + " " + Complaint.subject).label("label")
Verdict = tuple[ColumnElement[bool], str]


def cases(at: Any, *verdict: Verdict, due: Any = NEVER) -> Select[Any]:
    """Complaints at a moment of theirs, judged by the first condition that holds."""
    return select(Complaint.id, TITLE, at.label("at"), case(*verdict).label("verdict"), due.label("due"))


def within(asked: Question, rows: Select[Any], at: Any) -> Rows:
    """Of these rows those of the period."""
    return Rows(rows.where(at >= asked.begin, at < asked.end), "complaints.show")


def received(asked: Question, *verdict: Verdict) -> Rows:
    """The complaints received in the period."""
    return within(asked, cases(Complaint.received_at, *verdict), Complaint.received_at)


def handled(asked: Question, *verdict: Verdict, due: Any = NEVER) -> Rows:
    """Of those whose work was finished in the period, where there is somebody to answer (D12)."""
    last = select(Handling.complaint_id, func.max(Handling.handled_at).label("at")).group_by(Handling.complaint_id)
    done = last.where(Handling.handled_at >= asked.begin, Handling.handled_at < asked.end).subquery()
    rows = cases(done.c.at, *verdict, due=due).join(done, done.c.complaint_id == Complaint.id).where(REACHABLE)
    return Rows(rows, "complaints.show")


def is_there(fact: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the complaint has such a fact."""
    return select(literal(1)).where(fact.complaint_id == Complaint.id, *conditions).exists()
