"""Take a closed complaint up again."""

from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.numbers import next_nth
from saas.problem import Conflict, Problem
from tenants.complaints import stages, states
from tenants.complaints.actions.lock import hold_closed
from tenants.complaints.alarms.office import tell_office
from tenants.complaints.models import Complaint
from tenants.complaints.reopenings.models import Reopening
from tenants.complaints.repeats.queries import link_of
from tenants.complaints.rules import rules_on


def reopen(complaint_id: UUID, *, reason: str, version: int, by: Actor) -> Complaint:
    """Open it again, for a reason; the clocks that the pack names, and those never met, start anew; the earlier stay.

    Raises Problem without a reason, Forbidden for roles that the pack does not name and for the one complained about,
    Conflict when it is not closed, or was closed because it is the same matter as another one (that link is undone).
    """
    complaint = hold_closed(complaint_id, version, by)
    rules = rules_on(complaint.received_at)
    holds(by, rules.pack, "重新办理", *rules.pack.reopening.roles)
    if not reason.strip():
        raise Problem("请写明为什么重新办理", "reason")
    link = link_of(complaint.id)
    if link is not None and link.kind == "duplicate":
        raise Conflict("这件投诉已并入另一件办理，要单独办理请取消关联")
    take_up(complaint, reason=reason.strip(), by=by)
    record("complaint.reopened", complaint, by, reason=reason.strip())
    db.session.flush()
    return complaint


def take_up(complaint: Complaint, *, reason: str, by: Actor) -> None:
    """The same for a closed complaint that is locked already; the caller records why."""
    if by.id is None:
        raise Problem("请登录后再重新办理")
    rules, now = rules_on(complaint.received_at), clock.now()
    nth = next_nth(Reopening.nth, Reopening.complaint_id, complaint.id)
    db.session.add(
        Reopening(
            complaint_id=complaint.id, nth=nth, reason=reason, reopened_at=now, reopened_by=by.id,
            reopened_by_name=by.name,
        )
    )  # fmt: skip
    states.move(complaint, states.HANDLING if complaint.handler_id else states.ACCEPTED)
    never = {stage.stage for stage in complaint.stages} - {stage.stage for stage in complaint.stages if stage.met_at}
    stages.start(complaint, stages.RECEIVED, now, rules, only={*rules.pack.reopening.clocks, *never})
    tell_office(complaint)
