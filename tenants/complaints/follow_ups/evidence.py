"""What callbacks raised: promised for a day, and answered (D11)."""

from typing import Any

from sqlalchemy import and_, case, func, select

from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints.facts import Callback
from tenants.complaints.follow_ups.models import FollowUp, FollowUpAnswer
from tenants.complaints.models import Complaint

TITLE = (Complaint.number + " " + Complaint.subject).label("label")


def promised(asked: Question) -> Rows:
    """Callbacks of the period that raised something: whether the customer was told by when."""
    there = and_(FollowUp.complaint_id == Callback.complaint_id, FollowUp.nth == Callback.nth)
    verdict = case((FollowUp.nth.is_not(None), MET), else_=MISSED).label("verdict")
    rows = select(Complaint.id, TITLE, Callback.called_at.label("at"), verdict)
    rows = rows.select_from(Callback).join(Complaint, Complaint.id == Callback.complaint_id).outerjoin(FollowUp, there)
    rows = rows.where(Callback.raised_new, Callback.called_at >= asked.begin, Callback.called_at < asked.end)
    return Rows(rows, "complaints.show")


def answered(asked: Question) -> Rows:
    """What was raised in the period, answered or still owed; all of it is the base of the share."""
    there = and_(FollowUpAnswer.complaint_id == FollowUp.complaint_id, FollowUpAnswer.nth == FollowUp.nth)
    verdict = case((FollowUpAnswer.nth.is_not(None), MET), else_=OPEN).label("verdict")
    within = FollowUp.promised_at >= asked.begin, FollowUp.promised_at < asked.end
    at: Any = func.coalesce(FollowUpAnswer.answered_at, FollowUp.promised_at).label("at")
    rows = select(Complaint.id, TITLE, at, verdict).select_from(FollowUp)
    rows = rows.join(Complaint, Complaint.id == FollowUp.complaint_id).outerjoin(FollowUpAnswer, there).where(*within)
    return Rows(rows, "complaints.show", whole=select(func.count()).select_from(FollowUp).where(*within))


EVIDENCE = {
    "follow_ups.promised": Source(promised, ("complaints",)), "follow_ups.answered": Source(answered, ("complaints",))
}  # fmt: skip
