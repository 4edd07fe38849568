"""Pausing the clocks: a reason, an approval, and an end (D7)."""

from uuid import UUID

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.content import content_hash
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.policy.pack import Step, StepName
from saas.problem import Conflict, Problem
from tenants.complaints import stages
from tenants.complaints.actions.lock import hold
from tenants.complaints.facts import Pause
from tenants.complaints.models import Complaint

PAUSE = "complaint_pause"


def ask_pause(complaint_id: UUID, *, reason: str, version: int, by: Actor) -> Pause:
    """Ask for a pause; the clocks run on until it is approved. Raises Problem, NobodyCanDecide, Forbidden, Conflict."""
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "暂停计时", *pack.complaint_roles.handlers)
    if not reason.strip():
        raise Problem("请写明为什么要暂停计时", "reason")
    if not any(stage.running for stage in complaint.stages) or stages.paused_now(complaint.id):
        raise Conflict("现在没有可以暂停的时限")
    if any(stage.running and stage.stage in stages.URGENT for stage in complaint.stages):
        raise Conflict("重大投诉预警报备之前不能暂停计时")
    if by.id is None:
        raise Problem("请登录后再申请")
    nth = next_nth(Pause.nth, Pause.complaint_id, complaint.id)
    approval = approvals.submit(
        kind=PAUSE, subject_type="complaints", subject_id=complaint.id, title=f"{complaint.number} 暂停计时",
        version=nth, content_hash=content_hash(complaint.number, nth, reason.strip()),
        steps=[Step(StepName.APPROVE, "暂停审批", pack.settings.pause_role)], pack=pack, by=by,
        barred=complaint.barred,
    )  # fmt: skip
    pause = Pause(
        complaint_id=complaint.id, nth=nth, reason=reason.strip(), approval_id=approval.id, asked_at=clock.now(),
        asked_by=by.id, asked_by_name=by.name,
    )  # fmt: skip
    db.session.add(pause)
    record("complaint.pause_asked", complaint, by, nth=nth, reason=reason.strip())
    db.session.flush()
    return pause


def decide_pause(
    complaint_id: UUID, *, pause_id: UUID, verdict: str, reason: str, hashed: str, by: Actor
) -> approvals.Outcome:
    """Grant or refuse a pause; granted, it runs from this moment. Raises what `saas.approvals` raises."""
    complaint = hold(complaint_id, None, by)
    pause = db.session.get(Pause, pause_id)
    if pause is None or pause.complaint_id != complaint.id:
        raise Conflict("这份申请不存在，请刷新后查看")
    outcome = approvals.decide(
        pause.approval_id, verdict=verdict, reason=reason, version=pause.nth, content_hash=hashed, by=by
    )
    if outcome.state == approvals.APPROVED:
        pause.paused_at = clock.now()
    principal = outcome.on_behalf_of
    record("complaint.pause_decided", complaint, by, on_behalf_of=principal, verdict=verdict, reason=reason.strip())
    db.session.flush()
    return outcome


def resume(complaint_id: UUID, *, version: int, by: Actor) -> Complaint:
    """End the pause: what was left is left again. Raises Conflict when nothing is paused, Forbidden."""
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "恢复计时", *pack.complaint_roles.handlers)
    pause = stages.paused_now(complaint.id)
    if pause is None or pause.paused_at is None:
        raise Conflict("现在没有暂停的时限")
    pause.resumed_at = clock.now()
    stages.resume(complaint, pause.paused_at, pause.resumed_at)
    record("complaint.resumed", complaint, by, paused_at=pause.paused_at.isoformat())
    db.session.flush()
    return complaint
