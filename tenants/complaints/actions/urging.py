"""Urge the handler of a case 催办."""

from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.jobs import enqueue
from saas.policy.here import pack_on
from saas.problem import Problem
from tenants.complaints.actions.lock import hold_open
from tenants.complaints.models import Complaint

URGED = "complaints.urged"
"""The job that tells the handler."""


def urge(complaint_id: UUID, *, by: Actor) -> Complaint:
    """Tell the handler that somebody waits; the card keeps its version.

    Raises Problem without a handler or to oneself, Forbidden for who assigns no cases and under D4, Conflict when it
    is closed.
    """
    complaint = hold_open(complaint_id, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "催办", *pack.complaint_roles.assigners)
    if complaint.handler_id is None:
        raise Problem("还没有经办人，请先指派")
    if complaint.handler_id == by.id:
        raise Problem("经办人就是您自己")
    record("complaint.urged", complaint, by, handler=str(complaint.handler_id))
    db.session.flush()
    enqueue(URGED, str(complaint.id), clock.now().isoformat())
    return complaint
