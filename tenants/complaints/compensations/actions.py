"""Ask for a compensation, decide it by the authority matrix, note that it was given (D13, A5)."""

from datetime import date
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
from saas.problem import Conflict, Problem
from tenants.complaints import states
from tenants.complaints.actions.lock import hold
from tenants.complaints.compensations.models import KIND, Compensation, Payment
from tenants.complaints.compensations.money import amount as yuan
from tenants.complaints.compensations.money import told
from tenants.complaints.compensations.queries import compensations


def ask(complaint_id: UUID, *, kind: str, amount: str, reason: str, version: int, by: Actor) -> Compensation:
    """Apply for it; who decides follows from the amount in yuan and the numbers of the authority matrix (A5).

    Raises Problem, NobodyCanDecide, Forbidden, Conflict while another application waits.
    """
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "赔偿申请", *pack.payments.roles)
    if complaint.state in (states.REGISTERED, states.DECLINED):
        raise Conflict(f"投诉现在是「{states.LABELS[complaint.state]}」，受理之后才能申请赔偿")
    if kind not in pack.payments.kinds:
        raise Problem("请选择赔偿、补偿还是折让", "kind")
    value = yuan(amount)
    if value is None:
        raise Problem("金额请写成 1200 或 1200.50，单位是元", "amount")
    if not reason.strip():
        raise Problem("请写明事由和金额怎么算的", "reason")
    if by.id is None:
        raise Problem("请登录后再申请")
    nth = next_nth(Compensation.nth, Compensation.complaint_id, complaint.id)
    hashed = content_hash(complaint.number, nth, kind, f"{value:.2f}", reason.strip())
    approval = approvals.submit(
        kind=KIND, subject_type="complaints", subject_id=complaint.id,
        title=f"{complaint.number} {pack.payments.kinds[kind]} {told(value)}", version=nth, content_hash=hashed,
        steps=pack.chains[KIND].steps_for(amount=value, limits=pack.numbers), pack=pack, by=by,
        barred=complaint.barred,
    )  # fmt: skip
    fact = Compensation(
        complaint_id=complaint.id, nth=nth, kind=kind, amount=value, reason=reason.strip(), content_hash=hashed,
        approval_id=approval.id, asked_at=clock.now(), asked_by=by.id, asked_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record(
        "complaint.compensation_asked", complaint, by, nth=nth, kind=kind, amount=str(value), reason=reason.strip(),
        chain=[step.role for step in approval.steps],
    )  # fmt: skip
    db.session.flush()
    return fact


def decide(complaint_id: UUID, *, verdict: str, reason: str, nth: int, hashed: str, by: Actor) -> approvals.Outcome:
    """Approve or refuse exactly what was asked for. Raises as `saas.approvals` does, Forbidden under D4."""
    complaint = hold(complaint_id, None, by)
    fact = db.session.get(Compensation, (complaint.id, nth))
    if fact is None:
        raise Conflict("这份申请不存在，请刷新后查看")
    outcome = approvals.decide(
        fact.approval_id, verdict=verdict, reason=reason, version=nth, content_hash=hashed, by=by
    )
    record(
        "complaint.compensation_decided", complaint, by, on_behalf_of=outcome.on_behalf_of, nth=nth, kind=fact.kind,
        amount=str(fact.amount), verdict=verdict, reason=reason.strip(), step=outcome.decided.label,
    )  # fmt: skip
    db.session.flush()
    return outcome


def note_paid(complaint_id: UUID, *, nth: int, paid_on: date | None, how: str, version: int, by: Actor) -> Payment:
    """An approved compensation was paid or given. Raises Problem, Conflict when it is not approved or was noted."""
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "赔偿兑现", *pack.payments.roles)
    known = next((each for each in compensations(complaint.id) if each.row.nth == nth), None)
    if known is None or known.state != "approved":
        raise Conflict("这笔赔偿还没有批准，或已经登记过兑现，请刷新后查看")
    today = clock.local(clock.now()).date()
    if paid_on is None or not clock.local(known.row.approval.ended_at or clock.now()).date() <= paid_on <= today:
        raise Problem("兑现的日期应在批准之后、今天之前（含今天）", "paid_on")
    if not how.strip():
        raise Problem("请写明怎么兑现的、凭据在哪里", "how")
    if by.id is None:
        raise Problem("请登录后再登记")
    fact = Payment(
        complaint_id=complaint.id, nth=nth, approval_id=known.row.approval_id, paid_on=paid_on, how=how.strip(),
        recorded_at=clock.now(), recorded_by=by.id, recorded_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record(
        "complaint.compensated", complaint, by, nth=nth, kind=known.row.kind, amount=str(known.row.amount),
        paid_on=paid_on.isoformat(), how=how.strip(),
    )  # fmt: skip
    db.session.flush()
    return fact
