"""What the links of a period show (D5)."""

from sqlalchemy import case, select

from saas.policy.evidence import MET, MISSED, Question, Rows, Source
from tenants.complaints.models import Complaint
from tenants.complaints.repeats.models import REPEAT, Link
from tenants.complaints.repeats.queries import ON
from tenants.complaints.rows import TITLE, within


def linked(asked: Question) -> Rows:
    """Links: missed where a repeat was not raised though there is a graver severity."""
    gravest = list(asked.pack.severities)[-1]
    flat = (Link.kind == REPEAT) & (Link.severity_before == Link.severity_after) & (Link.severity_after != gravest)
    judged = case((flat, MISSED), else_=MET).label("verdict")
    rows = select(Complaint.id, TITLE, Link.linked_at.label("at"), judged)
    return within(asked, rows.join(Link, Link.complaint_id == Complaint.id).where(ON), Link.linked_at)


EVIDENCE = {"repeats.linked": Source(linked, ("complaints",))}
