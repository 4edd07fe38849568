"""How every case ends, whatever the reason: finished here, or because it goes on elsewhere."""

from saas import clock
from saas.approvals import actions as approvals
from saas.db import db
from saas.identity.actor import Actor
from saas.numbers import next_nth
from saas.problem import Problem
from tenants.complaints import stages, states
from tenants.complaints.alarms.office import tell_office
from tenants.complaints.facts import Closure
from tenants.complaints.models import Complaint


def end(
    complaint: Complaint, conclusion: str, *, no_reply: str = "", note: str = "", elsewhere: bool = False, by: Actor
) -> Closure:
    """Close the card, locked already; nothing more is owed on it. The caller records why, in one event.

    Finished here the clock of closing is met (D7); what goes on `elsewhere` owes not even that. Raises Problem for
    nobody signed in, Conflict.
    """
    if by.id is None:
        raise Problem("请登录后再办结")
    nth, now = next_nth(Closure.nth, Closure.complaint_id, complaint.id), clock.now()
    fact = Closure(
        complaint_id=complaint.id, nth=nth, conclusion=conclusion, no_reply=no_reply, no_reply_note=note, closed_at=now,
        closed_by=by.id, closed_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    states.move(complaint, states.CLOSED)
    approvals.void("complaints", complaint.id, states=[approvals.PENDING])  # nobody can decide them any more
    stages.end_pause(complaint, now)
    if not elsewhere:
        stages.meet(complaint, stages.CLOSED, now)
    stages.drop(complaint, *{stage.stage for stage in complaint.stages if stage.running})
    tell_office(complaint)
    return fact
