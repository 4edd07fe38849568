"""Arrange a callback; check one and sign an opinion (D17)."""

from datetime import datetime
from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.identity.rights import holds
from saas.jobs import enqueue
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff
from tenants.complaints import access
from tenants.complaints.actions.lock import hold, hold_any
from tenants.complaints.callback_checks.models import CallbackCheck, CallbackPlan
from tenants.complaints.facts import Callback
from tenants.complaints.models import Complaint
from tenants.complaints.stages import CALLBACK


def arrange(
    complaint_id: UUID, *, caller_id: UUID | None, planned_for: datetime | None, version: int, by: Actor
) -> Complaint:
    """Say who calls back when; said again it replaces the plan. Raises Problem, Conflict, Forbidden."""
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "安排回访", *access.check_roles(pack))
    clock_now = next((s for s in complaint.stages if s.stage == CALLBACK and s.running), None)
    if clock_now is None:
        raise Conflict("这件投诉现在没有要安排的回访")
    caller = db.session.get(Staff, caller_id) if caller_id else None
    if caller is None or caller.ended_at is not None:
        raise Problem("请选择由谁回访", "caller_id")
    if caller.id == complaint.complained_about:
        raise Problem("被投诉人应回避，请选择其他人回访", "caller_id")
    if not set(caller.roles) & set(access.callback_roles(complaint, pack)):
        level = pack.severities[complaint.severity]
        raise Problem(f"{level.label}投诉由{pack.roles[level.callback_role]}回访，请选择有这个岗位的人", "caller_id")
    if planned_for is None or planned_for < clock.now():
        raise Problem("请填写现在以后的回访时间", "planned_for")
    if planned_for > clock_now.due_at > clock.now():
        raise Problem(f"最晚应在 {clock.local(clock_now.due_at):%m-%d %H:%M} 前回访，请提前", "planned_for")
    if by.id is None:
        raise Problem("请登录后再安排")
    fact = CallbackPlan(
        complaint_id=complaint.id, nth=next_nth(CallbackPlan.nth, CallbackPlan.complaint_id, complaint.id),
        caller_id=caller.id, caller_name=caller.name, planned_for=planned_for, planned_at=clock.now(),
        planned_by=by.id, planned_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    if caller.id != by.id:
        enqueue("complaints.callback_planned", str(complaint.id), str(fact.nth))
    record("complaint.callback_planned", complaint, by, caller=caller.name, planned_for=planned_for.isoformat())
    db.session.flush()
    return complaint


def check(complaint_id: UUID, *, nth: int, passed: bool | None, opinion: str, by: Actor) -> Complaint:
    """Sign an opinion on a callback, also after the case was closed, once. Raises Problem, Conflict, Forbidden."""
    complaint = hold_any(complaint_id, None, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "检查回访", *access.check_roles(pack))
    callback = db.session.get(Callback, (complaint.id, nth))
    if callback is None:
        raise Problem("没有这次回访，请刷新后查看")
    if callback.called_by == by.id:
        raise Forbidden("这次回访是您本人做的，请由其他主管检查")
    if db.session.get(CallbackCheck, (complaint.id, nth)) is not None:
        raise Conflict("这次回访已经检查过，请刷新后查看")
    if passed is None:
        raise Problem("请选择检查结果", "passed")
    if not opinion.strip():
        raise Problem("请签署意见", "opinion")
    if by.id is None:
        raise Problem("请登录后再检查")
    fact = CallbackCheck(
        complaint_id=complaint.id, nth=nth, passed=passed, opinion=opinion.strip(), checked_at=clock.now(),
        checked_by=by.id, checked_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record("complaint.callback_checked", complaint, by, nth=nth, passed=passed, opinion=opinion.strip())
    db.session.flush()
    return complaint
