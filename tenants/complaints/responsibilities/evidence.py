"""Cases with a clock that was missed in the period, and losses: somebody was named, or is still to be (D15)."""

from sqlalchemy import and_, case, func, literal, or_, select

from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints import states
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.responsibilities.models import Responsibility


def recorded(asked: Question) -> Rows:
    """A case that was closed after a delay without a record was missed; one that runs may still get it.

    A clock that runs shows itself here only once it was met too late: no verdict looks at the present moment.
    """
    late = select(Stage.complaint_id, func.max(Stage.due_at).label("at")).where(
        Stage.dropped_at.is_(None), Stage.met_at > Stage.due_at, Stage.due_at >= asked.begin, Stage.due_at < asked.end
    )
    late_of = late.group_by(Stage.complaint_id).subquery()
    named = select(Responsibility.complaint_id, func.max(Responsibility.recorded_at).label("at"))
    named_of = named.group_by(Responsibility.complaint_id).subquery()
    within = and_(named_of.c.at >= asked.begin, named_of.c.at < asked.end)
    verdict = case(
        (named_of.c.at.is_not(None), MET), (Complaint.state == states.CLOSED, MISSED), else_=literal(OPEN)
    ).label("verdict")
    title = (Complaint.number + " " + Complaint.subject).label("label")
    rows = select(Complaint.id, title, func.coalesce(named_of.c.at, late_of.c.at).label("at"), verdict)
    rows = rows.select_from(Complaint).outerjoin(late_of, late_of.c.complaint_id == Complaint.id)
    rows = rows.outerjoin(named_of, named_of.c.complaint_id == Complaint.id)
    return Rows(rows.where(or_(late_of.c.at.is_not(None), within)), "complaints.show")


EVIDENCE = {"responsibilities.recorded": Source(recorded, ("complaints",))}
