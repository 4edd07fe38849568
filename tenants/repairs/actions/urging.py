"""Urge who was sent 催办."""

from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.jobs import enqueue
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff
from tenants.repairs import states
from tenants.repairs.actions.lock import Gone
from tenants.repairs.models import Repair
from tenants.repairs.rules import rules_of

URGED = "repairs.urged"
"""The job that tells the technician."""


def urge(repair_id: UUID, *, by: Actor) -> Repair:
    """Tell the technician that somebody waits; the order keeps its version.

    Raises Problem where nobody of our own was sent, or to oneself, Forbidden for who assigns no repairs, Conflict when
    it has ended.
    """
    repair = db.session.get(Repair, repair_id, with_for_update=True, populate_existing=True)
    if repair is None:
        raise Gone(repair_id)
    rules = pack_on(repair.ordered_at)
    holds(by, rules, "催办", *rules_of(rules).roles.assigners)
    if repair.state in states.ENDED:
        raise Conflict(f"这张维修单{states.LABELS[repair.state]}，不用再催办")
    if repair.outside:
        raise Problem(f"这张维修单外派给了{repair.outside}，请直接联系")
    technician = repair.technician_id
    if technician is None:
        raise Problem("还没有派工，请先派工")
    if technician == by.id:
        raise Problem("维修人员就是您自己")
    record("repair.urged", repair, by, name=_name(technician))
    db.session.flush()
    enqueue(URGED, str(repair.id), clock.now().isoformat())
    return repair


def _name(staff_id: UUID) -> str:
    return db.session.get_one(Staff, staff_id).name
