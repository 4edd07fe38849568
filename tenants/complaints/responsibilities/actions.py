"""Record who is responsible for a delay or a loss, also after the case was closed (D15)."""

from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.problem import Problem
from saas.tenancy.staff import Staff
from tenants.complaints.actions.lock import hold_any
from tenants.complaints.models import Complaint
from tenants.complaints.responsibilities import queries
from tenants.complaints.responsibilities.models import DELAY, KINDS, Responsibility

CLAUSE = "delay-responsibility"


def record_responsibility(
    complaint_id: UUID, *, kind: str, person_id: UUID | None, finding: str, measure: str, by: Actor
) -> Complaint:
    """A record for one person; a delay names the clocks missed so far. Raises Problem, Forbidden."""
    complaint = hold_any(complaint_id, None, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "责任认定", *pack.bound(CLAUSE))
    if kind not in KINDS:
        raise Problem("请选择是延误还是造成损失", "kind")
    missed = queries.missed(complaint, clock.now())
    if kind == DELAY and not missed:
        raise Problem("这件投诉没有逾期的时限，不能认定延误", "kind")
    person = db.session.get(Staff, person_id) if person_id else None
    if person is None:
        raise Problem("请选择责任人", "person_id")
    if person.id == by.id:
        raise Problem("不能由本人认定自己的责任，请由上级办理", "person_id")
    if not finding.strip():
        raise Problem("请写明经过和责任", "finding")
    if not measure.strip():
        raise Problem("请写明怎样处理", "measure")
    if by.id is None:
        raise Problem("请登录后再办理")
    fact = Responsibility(
        complaint_id=complaint.id, nth=next_nth(Responsibility.nth, Responsibility.complaint_id, complaint.id),
        kind=kind, stages=missed if kind == DELAY else [], person_id=person.id, person_name=person.name,
        finding=finding.strip(), measure=measure.strip(), recorded_at=clock.now(), recorded_by=by.id,
        recorded_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record(
        "complaint.responsibility_recorded", complaint, by, kind=kind, stages=list(fact.stages), person=person.name,
        finding=fact.finding, measure=fact.measure,
    )  # fmt: skip
    db.session.flush()
    return complaint
