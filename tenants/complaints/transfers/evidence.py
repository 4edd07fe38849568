"""What departments handed over in the period, taken up within the clock of the first response (D1)."""

from sqlalchemy import case, or_, select

from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.rows import TITLE, within
from tenants.complaints.transfers.models import Taking, Transfer
from tenants.complaints.transfers.queries import CLOCK


def received(asked: Question) -> Rows:
    """Each one: open until it is taken or its time has run out; in time where no clock runs for it."""
    in_time = or_(Stage.due_at.is_(None), Taking.taken_at <= Stage.due_at)
    verdict = case((Taking.complaint_id.is_(None), OPEN), (in_time, MET), else_=MISSED).label("verdict")
    at = Transfer.handed_over_at
    rows = select(Complaint.id, TITLE, at.label("at"), verdict, Stage.due_at.label("due"))
    rows = rows.join(Transfer, Transfer.complaint_id == Complaint.id).outerjoin(Transfer.taking)
    return within(asked, rows.outerjoin(Stage, CLOCK), at)


EVIDENCE = {"transfers.received": Source(received, ("complaints",))}
