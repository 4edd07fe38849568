"""What the investigation reports of a period show (D6)."""

from sqlalchemy import func, select

from saas.approvals.models import Approval, ApprovalStep, Decision
from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints import states
from tenants.complaints.facts import Judgement
from tenants.complaints.investigations.models import KIND, Investigation
from tenants.complaints.models import Complaint
from tenants.complaints.rows import cases


def approved(asked: Question) -> Rows:
    """Complaints whose severity asks for a report, by when they were first judged: approved step by step, or closed
    without; and those that have one though it was not asked for."""
    grave = [level.code for level in asked.pack.severities.values() if "investigation" in level.needs]
    ruled = (
        select(Judgement.complaint_id, func.min(Judgement.judged_at).label("at"))
        .where(Judgement.accepted)
        .group_by(Judgement.complaint_id)
        .subquery()
    )
    owed = Complaint.severity.in_(grave) & (Complaint.state != states.DECLINED)
    written = select(Investigation.nth).where(Investigation.complaint_id == Complaint.id)
    of_case = Approval.subject_id == Complaint.id, Approval.kind == KIND, Approval.state == "approved"
    steps = select(func.count()).where(ApprovalStep.approval_id == Approval.id).scalar_subquery()
    made = select(func.count()).where(Decision.approval_id == Approval.id).scalar_subquery()
    stands = select(Approval.id).where(*of_case, made >= steps).exists()
    gone = Complaint.state == states.CLOSED
    rows = cases(ruled.c.at, (stands, MET), (gone, MISSED), (~gone, OPEN))
    rows = rows.join(ruled, ruled.c.complaint_id == Complaint.id).where(owed | written.exists())
    return Rows(rows.where(ruled.c.at >= asked.begin, ruled.c.at < asked.end), "complaints.show")


EVIDENCE = {"investigations.approved": Source(approved, ("complaints", "approvals"))}
