"""Warn quality and legal, keep the record of the crisis team and of the negotiations; note who was reached (D8, D9)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saas import clock
from saas.approvals.deciders import holders
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.jobs import enqueue
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff
from tenants.complaints import stages, states
from tenants.complaints.actions.lock import hold
from tenants.complaints.alarms.models import Alarm, Meeting, Negotiation, Telling, Warned
from tenants.complaints.alarms.office import tell_office
from tenants.complaints.alarms.queries import alarm_of
from tenants.complaints.alarms.steps import AGREED, CONVENE, NEGOTIATE, WARN
from tenants.complaints.models import Complaint


def warn(complaint_id: UUID, *, text: str, version: int, by: Actor) -> Warned:
    """预警报备: quality and legal get it at once; the clock of the warning is met (D9).

    Raises Problem, also when nobody here holds those roles, Forbidden, Conflict without an alarm or for a second time.
    """
    complaint = hold(complaint_id, version, by)
    pack, now = pack_on(complaint.received_at), clock.now()
    holds(by, pack, "预警报备", *pack.bound(WARN))
    alarm = _on(complaint)
    if db.session.get(Warned, alarm.id) is not None:
        raise Conflict("这件投诉已经预警报备，请刷新后查看")
    if not text.strip():
        raise Problem("请写明发生了什么、影响有多大、已采取什么措施", "text")
    reached = {person for people in holders({*pack.alarm.warned}).values() for person in people}
    if not reached.difference(complaint.barred):
        names = "、".join(pack.roles[role] for role in pack.alarm.warned)
        raise Problem(f"没有人可以接收：请公司管理员先在本项目设置{names}")
    if by.id is None:
        raise Problem("请登录后再报备")
    fact = Warned(alarm_id=alarm.id, text=text.strip(), warned_at=now, warned_by=by.id, warned_by_name=by.name)
    db.session.add(fact)
    stages.meet(complaint, stages.WARNING, now)
    enqueue("complaints.alarm_warned", str(alarm.id))
    record("complaint.warned", complaint, by, text=text.strip())
    db.session.flush()
    tell_office(complaint)
    return fact


def convene(
    complaint_id: UUID, *, held_at: datetime | None, participants: str, decisions: str, leader_id: UUID | None,
    version: int, by: Actor,
) -> Meeting:  # fmt: skip
    """The record of a meeting of the crisis team, with the leader in charge (D9).

    Raises Problem, also for a leader who is complained about (D4), Forbidden, Conflict without an alarm.
    """
    complaint = hold(complaint_id, version, by)
    pack, now = pack_on(complaint.received_at), clock.now()
    holds(by, pack, "危机小组会议", *pack.bound(CONVENE))
    alarm = _on(complaint)
    leader = _present(leader_id, complaint, "leader_id", "负责领导")
    if held_at is None or not complaint.received_at.replace(second=0, microsecond=0) <= held_at <= now:
        raise Problem("会议时间应在收到投诉之后、现在之前", "held_at")
    if not participants.strip():
        raise Problem("请写明参加人员", "participants")
    if not decisions.strip():
        raise Problem("请写明会议决定", "decisions")
    if by.id is None:
        raise Problem("请登录后再记录")
    fact = Meeting(
        alarm_id=alarm.id, nth=next_nth(Meeting.nth, Meeting.alarm_id, alarm.id), held_at=held_at,
        participants=participants.strip(), decisions=decisions.strip(), leader_id=leader.id, leader_name=leader.name,
        recorded_at=now, recorded_by=by.id, recorded_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record(
        "complaint.convened", complaint, by, nth=fact.nth, held_at=held_at.isoformat(), leader=leader.name,
        participants=fact.participants, decisions=fact.decisions,
    )  # fmt: skip
    db.session.flush()
    tell_office(complaint)
    return fact


def negotiate(
    complaint_id: UUID, *, held_at: datetime | None, business_id: UUID | None, service_id: UUID | None, customer: str,
    outcome: str, version: int, by: Actor,
) -> Negotiation:  # fmt: skip
    """The managers of both sides met the customer: two people, neither complained about (D8, D4).

    Raises Problem, Forbidden, Conflict without an alarm or before there is somebody who handles it.
    """
    complaint = hold(complaint_id, version, by)
    pack, now = pack_on(complaint.received_at), clock.now()
    holds(by, pack, "协商记录", *pack.bound(NEGOTIATE))
    _on(complaint)
    if complaint.state not in AGREED:
        raise Conflict(f"投诉现在是「{states.LABELS[complaint.state]}」，请先受理并指派经办人")
    business = _present(business_id, complaint, "business_id", "业务部门经理")
    service = _present(service_id, complaint, "service_id", "客户关系经理")
    if business.id == service.id:
        raise Problem("双方经理须是两个人", "service_id")
    if held_at is None or not complaint.received_at.replace(second=0, microsecond=0) <= held_at <= now:
        raise Problem("协商时间应在收到投诉之后、现在之前", "held_at")
    if not customer.strip():
        raise Problem("请写明客户一方是谁", "customer")
    if not outcome.strip():
        raise Problem("请写明协商的结果", "outcome")
    if by.id is None:
        raise Problem("请登录后再记录")
    fact = Negotiation(
        complaint_id=complaint.id, nth=next_nth(Negotiation.nth, Negotiation.complaint_id, complaint.id),
        held_at=held_at, business_id=business.id, business_name=business.name, service_id=service.id,
        service_name=service.name, customer=customer.strip(), outcome=outcome.strip(), recorded_at=now,
        recorded_by=by.id, recorded_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record(
        "complaint.negotiated", complaint, by, nth=fact.nth, held_at=held_at.isoformat(), business=business.name,
        service=service.name, outcome=fact.outcome,
    )  # fmt: skip
    db.session.flush()
    tell_office(complaint)
    return fact


def note_reached(alarm: Alarm, purpose: str, people: Collection[UUID]) -> None:
    """These were told at once, or got the warning; being told meets its clock. Again for the same changes nothing.

    The reminder that reached them is the event.
    """
    query = select(Complaint).where(Complaint.id == alarm.complaint_id).with_for_update()
    complaint = db.session.scalars(query.execution_options(populate_existing=True)).one()
    now = clock.now()
    names = {row.id: row.name for row in db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(people)))}
    rows = [
        {"alarm_id": alarm.id, "purpose": purpose, "staff_id": key, "staff_name": name, "told_at": now}
        for key, name in names.items()
    ]
    if rows:
        db.session.execute(insert(Telling).values(rows).on_conflict_do_nothing())
        if purpose == "told":
            stages.meet(complaint, stages.TOLD, now)
    db.session.flush()
    tell_office(complaint)


def _on(complaint: Complaint) -> Alarm:
    alarm = alarm_of(complaint.id)
    if alarm is None:
        raise Conflict("这件投诉不是重大投诉，不用办理这一步")
    return alarm


def _present(staff_id: UUID | None, complaint: Complaint, field: str, what: str) -> Staff:
    person = db.session.get(Staff, staff_id) if staff_id else None
    if person is None or person.ended_at:
        raise Problem(f"请选择{what}", field)
    if person.id == complaint.complained_about:
        raise Problem(f"{person.name}是被投诉人，按规程应回避，请选择其他人", field)
    return person
