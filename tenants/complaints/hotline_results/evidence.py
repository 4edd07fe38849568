"""Results of hotline complaints, reported in time; in the head office called back by quality (D16)."""

from typing import Any

from sqlalchemy import and_, case, func, literal, select

from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints.facts import Handling
from tenants.complaints.hotline_results.models import SOURCE, HotlineArrival, HotlineCallback, HotlineResult
from tenants.complaints.hotline_results.owing import THERE, limit
from tenants.complaints.models import Complaint


def reported(asked: Question) -> Rows:
    """Of the hotline complaints whose work was finished in the period; a later handling replaces the earlier one."""
    due: Any = Handling.handled_at + literal(limit(asked.pack))
    verdict = case(
        (HotlineResult.nth.is_(None), OPEN), (HotlineResult.reported_at <= due, MET), else_=MISSED
    ).label("verdict")  # fmt: skip
    last = select(Handling.complaint_id, func.max(Handling.nth).label("nth")).group_by(Handling.complaint_id).subquery()
    title = (Complaint.number + " " + Complaint.subject).label("label")
    rows = select(Complaint.id, title, Handling.handled_at.label("at"), verdict, due.label("due"))
    rows = rows.join(last, last.c.complaint_id == Complaint.id)
    rows = rows.join(Handling, and_(Handling.complaint_id == last.c.complaint_id, Handling.nth == last.c.nth))
    rows = rows.outerjoin(HotlineResult, THERE).where(Complaint.source == SOURCE)
    return Rows(
        rows.where(Handling.handled_at >= asked.begin, Handling.handled_at < asked.end), "complaints.show"
    )  # fmt: skip


def called_back(asked: Question) -> Rows:
    """What arrived at the head office in the period, called back or not yet."""
    verdict = case((HotlineCallback.arrival_id.is_not(None), MET), else_=OPEN).label("verdict")
    title = (HotlineArrival.number + " " + HotlineArrival.subject).label("label")
    rows = select(HotlineArrival.id, title, HotlineArrival.reported_at.label("at"), verdict)
    rows = rows.outerjoin(HotlineCallback, HotlineCallback.arrival_id == HotlineArrival.id)
    within = HotlineArrival.reported_at >= asked.begin, HotlineArrival.reported_at < asked.end
    return Rows(rows.where(*within), "complaints.hotline_result")


EVIDENCE = {
    "hotline_results.reported": Source(reported, ("complaints",)),
    "hotline_results.called_back": Source(called_back, ("hotline_arrivals",)),
}
