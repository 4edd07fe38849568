"""Exemptions, each filed with its letter; and anonymous cases that were closed as nobody could be answered (D12)."""

from sqlalchemy import String, literal, select, union_all

from saas.policy.evidence import MET, Question, Rows, Source
from tenants.complaints.exemptions.models import Exemption
from tenants.complaints.facts import Closure
from tenants.complaints.models import Complaint


def filed(asked: Question) -> Rows:
    """Of the period."""
    title = (Complaint.number + " " + Complaint.subject).label("label")
    met = literal(MET, String).label("verdict")
    letters = select(Complaint.id, title, Exemption.filed_at.label("at"), met)
    letters = letters.join(Exemption, Exemption.complaint_id == Complaint.id)
    letters = letters.where(Exemption.filed_at >= asked.begin, Exemption.filed_at < asked.end)
    unreachable = [code for code, reason in asked.pack.no_reply_reasons.items() if reason.unreachable]
    nobody = select(Complaint.id, title, Closure.closed_at.label("at"), met)
    nobody = nobody.join(Closure, Closure.complaint_id == Complaint.id).where(Closure.no_reply.in_(unreachable))
    nobody = nobody.where(Closure.closed_at >= asked.begin, Closure.closed_at < asked.end)
    both = union_all(letters, nobody).subquery()
    return Rows(select(both.c.id, both.c.label, both.c.at, both.c.verdict), "complaints.show")


EVIDENCE = {"exemptions.filed": Source(filed, ("complaints",))}
