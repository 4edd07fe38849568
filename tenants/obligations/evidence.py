"""What the reminders of a period show: nobody's time ran out unwarned (R2)."""

from datetime import timedelta

from sqlalchemy import DateTime, case, func, literal, null, or_, select, union_all

from saas.policy.evidence import MET, OPEN, Question, Rows, Source
from tenants.complaints.facts import Pause
from tenants.complaints.models import Complaint, Stage
from tenants.obligations.models import ESCALATION, LATE, WARN, Reminder

UNDERWAY = timedelta(minutes=15)
"""A reminder is raised by a worker and may be on its way."""


def reminders(asked: Question) -> Rows:
    """Clocks due in the period that were not met before their warning: each must have reminded somebody.

    And the duties about which people were told in the period; which of them needed no word only their records know.
    """
    of_case = Reminder.subject_type == "complaints", Reminder.subject_id == Stage.complaint_id
    told = select(Reminder.id).where(*of_case, Reminder.stage == Stage.stage).exists()
    running = Pause.paused_at.is_not(None), Pause.resumed_at.is_(None)
    paused = select(Pause.id).where(Pause.complaint_id == Stage.complaint_id, *running).exists()
    verdict = case((told, MET), else_=OPEN)
    limit = case((~paused, Stage.warn_at + UNDERWAY))
    title = (Complaint.number + " " + Complaint.subject).label("label")
    rows = (
        select(Complaint.id, title, Stage.due_at.label("at"), verdict.label("verdict"), limit.label("due"))
        .join(Stage, Stage.complaint_id == Complaint.id)
        .where(Stage.due_at >= asked.begin, Stage.due_at < asked.end, Stage.dropped_at.is_(None))
        .where(or_(Stage.met_at.is_(None), Stage.met_at > Stage.warn_at))
    )
    about = Reminder.subject_type == "duties", Reminder.kind.in_((WARN, LATE, ESCALATION))
    of_duties = (
        select(
            Reminder.subject_id, func.min(Reminder.title), func.min(Reminder.created_at), literal(MET),
            null().cast(DateTime(timezone=True)), literal("duties.show"),
        )
        .where(*about, Reminder.created_at >= asked.begin, Reminder.created_at < asked.end)
        .group_by(Reminder.subject_id)
    )  # fmt: skip
    return Rows(select(union_all(rows.add_columns(literal("complaints.show").label("endpoint")), of_duties).subquery()))


EVIDENCE = {"obligations.reminders": Source(reminders, ("complaints", "duties"))}
