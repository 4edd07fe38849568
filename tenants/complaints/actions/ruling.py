"""The supervisor's ruling, and who handles it."""

from uuid import UUID

from saas import clock
from saas.approvals import actions as approvals
from saas.db import db
from saas.documents import actions as documents
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff
from tenants.complaints import stages, states
from tenants.complaints.actions.grading import regrade
from tenants.complaints.actions.handling import SOLUTION
from tenants.complaints.actions.lock import hold
from tenants.complaints.alarms.raising import lift_alarm
from tenants.complaints.compensations.models import KIND as COMPENSATION
from tenants.complaints.compensations.queries import compensations
from tenants.complaints.facts import Assignment, Judgement
from tenants.complaints.investigations.models import KIND as INVESTIGATION
from tenants.complaints.models import Complaint
from tenants.complaints.rules import rules_on
from tenants.releases import actions as releases


def judge(
    complaint_id: UUID, *, accepted: bool, established: bool | None, category: str, severity: str, reason: str,
    version: int, by: Actor, complained_about: UUID | None = None, ground: str = "",
) -> Complaint:  # fmt: skip
    """Rule whether to accept, whether established, which category and severity, with the reason (D3).

    `complained_about` None says that nobody is. Whoever must see the solution changes with the severity (D7), and
    with the person complained about (D4): then an approval given before is void. What becomes major raises the alarm,
    on a `ground` of the pack (D9). Raises Problem, Forbidden for anybody but the supervisor and those above, Conflict.
    """
    complaint = hold(complaint_id, version, by)
    rules = rules_on(complaint.received_at)
    holds(by, rules.pack, "判定", *rules.pack.complaint_roles.judges)
    if category not in rules.pack.categories:
        raise Problem("请选择类别", "category")
    if severity not in rules.pack.severities:
        raise Problem("请选择等级", "severity")
    if not reason.strip():
        raise Problem("请写明判定的理由", "reason")
    if complained_about is not None and complained_about == complaint.handler_id:
        raise Problem("被投诉人正在经办这件投诉，请先改派他人", "complained_about")
    if complaint.state not in (states.REGISTERED, states.ACCEPTED, states.DECLINED, states.HANDLING):
        raise Conflict(f"投诉现在是「{states.LABELS[complaint.state]}」，不能再判定")
    if by.id is None:
        raise Problem("请登录后再判定")
    nth, now = next_nth(Judgement.nth, Judgement.complaint_id, complaint.id), clock.now()
    fact = Judgement(
        complaint_id=complaint.id, nth=nth, accepted=accepted, established=established, category=category,
        severity=severity, reason=reason.strip(), judged_at=now, judged_by=by.id, judged_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    before = {"category": complaint.category, "severity": complaint.severity}
    complaint.category = category
    if complained_about != complaint.complained_about:
        complaint.complained_about = complained_about
        _start_over(complaint, by)
    if accepted:
        regrade(complaint, severity, rules, ground=ground, words=reason.strip(), by=by)
    else:
        complaint.severity = severity
        lift_alarm(complaint, by=by)
    if accepted and complaint.state in (states.REGISTERED, states.DECLINED):
        again = complaint.state == states.DECLINED
        states.move(complaint, states.ACCEPTED)
        if again:
            stages.start(complaint, stages.RECEIVED, now, rules, only=[stages.SOLUTION])
        if complaint.handler_id:
            states.move(complaint, states.HANDLING)
    elif not accepted and complaint.state != states.DECLINED:
        states.move(complaint, states.DECLINED)
        approvals.void("complaints", complaint.id, kinds=[SOLUTION])
        stages.drop(complaint, stages.SOLUTION)
    record(
        "complaint.judged", complaint, by, accepted=accepted, established=established, category=category,
        severity=severity, reason=reason.strip(), before=before, ground=ground if accepted else "",
    )  # fmt: skip
    db.session.flush()
    return complaint


def _start_over(complaint: Complaint, by: Actor) -> None:
    """Somebody else is complained about: what was or is being decided under the old rule is decided anew (D4)."""
    approvals.void("complaints", complaint.id, kinds=[SOLUTION, INVESTIGATION])
    approvals.void("complaints", complaint.id, states=[approvals.PENDING])
    if not any(each.promised or each.payment for each in compensations(complaint.id)):  # else it was relied on
        approvals.void("complaints", complaint.id, kinds=[COMPENSATION])
    releases.bar("complaints", complaint.id, complaint.barred, by=by)
    documents.bar(complaint, complaint.barred)


def assign(complaint_id: UUID, *, department: str, handler_id: UUID, note: str, version: int, by: Actor) -> Complaint:
    """Hand it to a department and a person (D2).

    Raises Problem, also for the one complained about (D4), Forbidden, Conflict.
    """
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "指派", *pack.complaint_roles.assigners)
    handler = db.session.get(Staff, handler_id)
    if department not in pack.departments:
        raise Problem("请选择处理部门", "department")
    if handler is None or handler.ended_at or not set(handler.roles).intersection(pack.complaint_roles.handlers):
        raise Problem("请选择本项目在岗的经办人", "handler_id")
    if handler.id == complaint.complained_about:
        raise Problem(f"{handler.name}是被投诉人，按规程应回避，请选择其他人", "handler_id")
    if complaint.state not in (states.REGISTERED, states.ACCEPTED, states.HANDLING):
        raise Conflict(f"投诉现在是「{states.LABELS[complaint.state]}」，不用再指派")
    if by.id is None:
        raise Problem("请登录后再指派")
    nth = next_nth(Assignment.nth, Assignment.complaint_id, complaint.id)
    fact = Assignment(
        complaint_id=complaint.id, nth=nth, department=department, handler_id=handler.id, handler_name=handler.name,
        note=note.strip(), assigned_at=clock.now(), assigned_by=by.id, assigned_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    complaint.department, complaint.handler_id = department, handler.id
    if complaint.state == states.ACCEPTED:
        states.move(complaint, states.HANDLING)
    record("complaint.assigned", complaint, by, department=department, handler=handler.name, note=note.strip())
    db.session.flush()
    return complaint
