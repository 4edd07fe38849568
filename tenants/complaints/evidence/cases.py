"""What the complaints of a period show: the register (D1, D2), the clocks (D7), replies (D8), callbacks (D10)."""

from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, and_, case, func, literal, null, or_, select

from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints import states
from tenants.complaints.duties import called_back
from tenants.complaints.facts import Callback, Closure, Handling, Pause, Reply
from tenants.complaints.models import Complaint, Stage

NEVER = null().cast(DateTime(timezone=True))
REACHABLE = or_(Complaint.customer_id.is_not(None), Complaint.phone != "", Complaint.email != "")


def _cases(at: Any, *verdict: tuple[ColumnElement[bool], str], due: Any = NEVER) -> Select[Any]:
    title = (Complaint.number + " " + Complaint.subject).label("label")
    return select(Complaint.id, title, at.label("at"), case(*verdict).label("verdict"), due.label("due"))


def _received(asked: Question, *verdict: tuple[ColumnElement[bool], str]) -> Rows:
    rows = _cases(Complaint.received_at, *verdict)
    return Rows(rows.where(Complaint.received_at >= asked.begin, Complaint.received_at < asked.end), "complaints.show")


def _handled(asked: Question, *verdict: tuple[ColumnElement[bool], str], due: Any = NEVER) -> Rows:
    """Of those whose work was finished in the period, where there is somebody to answer (D12)."""
    last = select(Handling.complaint_id, func.max(Handling.handled_at).label("at")).group_by(Handling.complaint_id)
    done = last.where(Handling.handled_at >= asked.begin, Handling.handled_at < asked.end).subquery()
    rows = _cases(done.c.at, *verdict, due=due).join(done, done.c.complaint_id == Complaint.id).where(REACHABLE)
    return Rows(rows, "complaints.show")


def _is_there(fact: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(literal(1)).where(fact.complaint_id == Complaint.id, *conditions).exists()


def registered(asked: Question) -> Rows:
    """The one register (D1)."""
    return _received(asked, (Complaint.number != "", MET))


def cards(asked: Question) -> Rows:
    """Cards: complete, still to be completed, or closed with a gap; a declined one needs no department (D2)."""
    known = or_(Complaint.anonymous, Complaint.customer_id.is_not(None), Complaint.reporter != "")
    placed = and_(Complaint.department != "", Complaint.handler_id.is_not(None))
    closed = Complaint.state == states.CLOSED
    settled = or_(placed, closed & ~_is_there(Handling))
    return _received(asked, (known & settled, MET), (closed, MISSED), (~closed, OPEN))


def stages(asked: Question) -> Rows:
    """The clock of the clause, of those due in the period: paused in time it is open, dropped no longer owed (D7)."""
    paused = _is_there(Pause, Pause.paused_at <= Stage.due_at, Pause.resumed_at.is_(None))
    late = Stage.met_at > Stage.due_at
    verdict = (Stage.met_at.is_(None), OPEN), (late, MISSED), (~late, MET)
    rows = _cases(Stage.due_at, *verdict, due=case((~paused, Stage.due_at)))
    rows = rows.join(Stage, Stage.complaint_id == Complaint.id)
    bound = Stage.stage == asked.clause.clock, Stage.dropped_at.is_(None)
    return Rows(rows.where(*bound, Stage.due_at >= asked.begin, Stage.due_at < asked.end), "complaints.show")


def replies(asked: Question) -> Rows:
    """Answered by a released reply, or closed with the reason why not (D8, D12)."""
    excused = _is_there(Closure, Closure.no_reply != "")
    closed = Complaint.state == states.CLOSED
    return _handled(asked, (_is_there(Reply) | excused, MET), (closed, MISSED), (~closed, OPEN))


def callback_shares(asked: Question) -> Rows:
    """Called back or not; past its clock, one is missed only while its severity is below its share (D10)."""
    called = called_back(asked.begin, asked.end)
    quotas = {level.code: level.callback_quota for level in asked.pack.severities.values()}
    below = [code for code, (done, whole) in called.items() if done * 100 < quotas.get(code, 100) * whole]
    running = Stage.stage == "callback", Stage.met_at.is_(None), Stage.dropped_at.is_(None)
    short = Complaint.severity.in_(below)
    limit = select(func.max(Stage.due_at)).where(Stage.complaint_id == Complaint.id, *running).scalar_subquery()
    return _handled(
        asked, (_is_there(Callback), MET), (short & _is_there(Stage, *running), OPEN), (short, MISSED), due=limit
    )


OWN = {
    "registered": registered, "cards": cards, "first_responses": stages, "contacted": stages, "solutions": stages,
    "closures": stages, "callbacks": stages, "replies": replies, "callback_shares": callback_shares,
}  # fmt: skip
EVIDENCE = {f"complaints.{name}": Source(query, ("complaints",)) for name, query in OWN.items()}
