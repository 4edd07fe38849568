"""What the complaints of a period show: the register (D1, D2), the clocks (D7), replies (D8), callbacks (D10)."""

from sqlalchemy import and_, case, func, or_, select

from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.complaints import states
from tenants.complaints.duties import called_back
from tenants.complaints.exemptions.queries import EXEMPT
from tenants.complaints.facts import Callback, Closure, Handling, Pause, Reply
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.rows import cases, handled, is_there, received


def registered(asked: Question) -> Rows:
    """The one register (D1)."""
    return received(asked, (Complaint.number != "", MET))


def cards(asked: Question) -> Rows:
    """Cards: complete, still to be completed, or closed with a gap; a declined one needs no department (D2)."""
    known = or_(Complaint.anonymous, Complaint.customer_id.is_not(None), Complaint.reporter != "")
    placed = and_(Complaint.department != "", Complaint.handler_id.is_not(None))
    closed = Complaint.state == states.CLOSED
    settled = or_(placed, closed & ~is_there(Handling))
    return received(asked, (known & settled, MET), (closed, MISSED), (~closed, OPEN))


def stages(asked: Question) -> Rows:
    """The clock of the clause, of those due in the period: paused in time it is open, dropped no longer owed (D7)."""
    paused = is_there(Pause, Pause.paused_at <= Stage.due_at, Pause.resumed_at.is_(None))
    late = Stage.met_at > Stage.due_at
    verdict = (Stage.met_at.is_(None), OPEN), (late, MISSED), (~late, MET)
    rows = cases(Stage.due_at, *verdict, due=case((~paused, Stage.due_at)))
    rows = rows.join(Stage, Stage.complaint_id == Complaint.id)
    bound = Stage.stage == asked.clause.clock, Stage.dropped_at.is_(None)
    return Rows(rows.where(*bound, Stage.due_at >= asked.begin, Stage.due_at < asked.end), "complaints.show")


def replies(asked: Question) -> Rows:
    """Answered by a released reply, or closed with the reason why not (D8, D12)."""
    excused = is_there(Closure, Closure.no_reply != "")
    closed = Complaint.state == states.CLOSED
    return handled(asked, (is_there(Reply) | excused, MET), (closed, MISSED), (~closed, OPEN))


def callback_shares(asked: Question) -> Rows:
    """Called back or not; past its clock, one is missed only while its severity is below its share (D10)."""
    called = called_back(asked.begin, asked.end)
    quotas = {level.code: level.callback_quota for level in asked.pack.severities.values()}
    below = [code for code, (done, whole) in called.items() if done * 100 < quotas.get(code, 100) * whole]
    running = Stage.stage == "callback", Stage.met_at.is_(None), Stage.dropped_at.is_(None)
    short = Complaint.severity.in_(below)
    limit = select(func.max(Stage.due_at)).where(Stage.complaint_id == Complaint.id, *running).scalar_subquery()
    found = handled(
        asked, (is_there(Callback), MET), (short & is_there(Stage, *running), OPEN), (short, MISSED), due=limit
    )
    return Rows(found.select.where(or_(is_there(Callback), ~EXEMPT)), found.endpoint)  # D12


OWN = {
    "registered": registered, "cards": cards, "first_responses": stages, "contacted": stages, "solutions": stages,
    "closures": stages, "callbacks": stages, "replies": replies, "callback_shares": callback_shares,
}  # fmt: skip
EVIDENCE = {f"complaints.{name}": Source(query, ("complaints",)) for name, query in OWN.items()}
