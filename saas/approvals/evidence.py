"""What the approvals of a period show: step by step, nobody on their own text (A3), every kind by its chain (H2)."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from saas.approvals.models import Approval, ApprovalStep, Decision
from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source


def _submitted(asked: Question, broken: ColumnElement[bool]) -> Select[Any]:
    decided = select(Decision.id).where(Decision.approval_id == Approval.id).exists()
    return select(
        Approval.subject_id.label("id"), Approval.title.label("label"), Approval.submitted_at.label("at"),
        (Approval.subject_type + ".show").label("endpoint"),
        case((broken, MISSED), (Approval.state == "pending", OPEN), (decided, MET)).label("verdict"),
    ).where(Approval.submitted_at >= asked.begin, Approval.submitted_at < asked.end)  # fmt: skip


def decisions(asked: Question) -> Rows:
    """Submissions; missed where the author decided on their own text (A3)."""
    own = Decision.approval_id == Approval.id, Decision.decided_by == Approval.author_id
    return Rows(_submitted(asked, select(Decision.id).where(*own).exists()))


def decided(asked: Question) -> Rows:
    """Submissions to the chain of the clause; missed where one counts as approved without every step decided (H2)."""
    steps = select(func.count()).select_from(ApprovalStep).where(ApprovalStep.approval_id == Approval.id)
    made = select(func.count()).select_from(Decision).where(Decision.approval_id == Approval.id)
    skipped = (Approval.state == "approved") & (made.scalar_subquery() < steps.scalar_subquery())
    return Rows(_submitted(asked, skipped).where(Approval.kind == asked.clause.chain))


EVIDENCE = {
    "approvals.decisions": Source(decisions, ("approvals",)),
    "releases.decided": Source(decided, ("approvals",)),
}
