"""What the alarms of a period show: told, warned, convened (D9), negotiated (D8)."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints import states
from tenants.complaints.alarms.models import Alarm, Meeting, Negotiation
from tenants.complaints.facts import Solution
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.rows import NEVER, cases, is_there, within

CLOSED = Complaint.state == states.CLOSED


def _raised(at: Any, *verdict: tuple[ColumnElement[bool], str], due: Any = NEVER) -> Select[Any]:
    rows = cases(at, *verdict, due=due)
    return rows.join(Alarm, (Alarm.complaint_id == Complaint.id) & Alarm.lifted_at.is_(None))


def on_time(asked: Question) -> Rows:
    """The clock of the clause, of the alarms raised in the period (D9)."""
    of_alarm = (
        Stage.complaint_id == Complaint.id,
        Stage.stage == asked.clause.clock,
        Stage.started_at == Alarm.raised_at,
    )
    late = Stage.met_at > Stage.due_at
    rows = _raised(Alarm.raised_at, (Stage.met_at.is_(None), OPEN), (late, MISSED), (~late, MET), due=Stage.due_at)
    return within(
        asked, rows.join(Stage, of_alarm[0]).where(*of_alarm[1:], Stage.dropped_at.is_(None)), Alarm.raised_at
    )


def convened(asked: Question) -> Rows:
    """A meeting of the crisis team with its leader in charge, before the complaint is closed (D9)."""
    met = select(Meeting.nth).where(Meeting.alarm_id == Alarm.id).exists()
    return within(asked, _raised(Alarm.raised_at, (met, MET), (CLOSED, MISSED), (~CLOSED, OPEN)), Alarm.raised_at)


def negotiated(asked: Question) -> Rows:
    """Once there is a solution, the managers of both sides negotiate, before the complaint is closed (D8)."""
    first = select(func.min(Solution.proposed_at)).where(Solution.complaint_id == Complaint.id).scalar_subquery()
    rows = _raised(first, (is_there(Negotiation), MET), (CLOSED, MISSED), (~CLOSED, OPEN))
    return within(asked, rows, first)


EVIDENCE = {
    "alarms.reported": Source(on_time, ("complaints",)),
    "alarms.told": Source(on_time, ("complaints",)),
    "alarms.convened": Source(convened, ("complaints",)),
    "negotiations.held": Source(negotiated, ("complaints",)),
}
