"""The callbacks of stewards, each checked by somebody else (D17)."""

from sqlalchemy import and_, case, func, select

from saas.policy.evidence import MET, OPEN, Question, Rows, Source
from saas.tenancy.staff import Staff
from tenants.complaints.callback_checks.models import CallbackCheck
from tenants.complaints.callback_checks.queries import by_steward
from tenants.complaints.facts import Callback
from tenants.complaints.models import Complaint


def signed(asked: Question) -> Rows:
    """The callbacks of the period that stewards made: checked, or still to be; all of them are the base."""
    there = and_(CallbackCheck.complaint_id == Callback.complaint_id, CallbackCheck.nth == Callback.nth)
    verdict = case((CallbackCheck.nth.is_not(None), MET), else_=OPEN).label("verdict")
    title = (Complaint.number + " " + Complaint.subject).label("label")
    within = Callback.called_at >= asked.begin, Callback.called_at < asked.end, by_steward(asked.pack)
    rows = select(Complaint.id, title, func.coalesce(CallbackCheck.checked_at, Callback.called_at).label("at"), verdict)
    rows = rows.select_from(Callback).join(Complaint, Complaint.id == Callback.complaint_id)
    rows = rows.join(Staff, Staff.id == Callback.called_by).outerjoin(CallbackCheck, there).where(*within)
    whole = select(func.count()).select_from(Callback).join(Staff, Staff.id == Callback.called_by).where(*within)
    return Rows(rows, "complaints.show", whole=whole)


EVIDENCE = {"callback_checks.signed": Source(signed, ("complaints",))}
