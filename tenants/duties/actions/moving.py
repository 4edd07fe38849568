"""Moving a duty: a date, a reason and an approval. The planned day stays beside the new one (R2, A3)."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.content import content_hash
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.numbers import next_nth
from saas.policy.evidence import Source
from saas.policy.pack import Step, StepName
from saas.problem import Conflict, Problem
from tenants.duties import access
from tenants.duties.actions.planning import queue
from tenants.duties.models import Duty, Move
from tenants.duties.rules import rules_here
from tenants.duties.standing import Standing, standings

KIND = "duty_move"
LONGEST_REASON = 2000


def ask_move(duty_id: UUID, *, to: date, reason: str, version: int, known: Mapping[str, Source], by: Actor) -> Move:
    """Ask to move a duty; it is moved once that is approved.

    Raises Forbidden, Problem for a date that cannot be or no reason, NobodyCanDecide, Conflict when it is fulfilled,
    was changed meanwhile, or waits for an approval already; LookupError when there is no such duty.
    """
    rules = rules_here(known)
    access.may_move(by, rules.pack)
    duty = hold(duty_id)
    if duty.version != version:
        raise Conflict("这项义务的日期已经变动，请刷新后查看")
    (stand,) = standings([duty], rules)
    if not stand.open:
        raise Conflict("这项义务已经完成或不再适用，不需要改期")
    _check(stand, to)
    reason = reason.strip()
    if not reason:
        raise Problem("请写明为什么改期", "reason")
    if len(reason) > LONGEST_REASON:
        raise Problem(f"原因最多 {LONGEST_REASON} 个字", "reason")
    if by.id is None:
        raise Problem("请登录后再申请")
    nth = next_nth(Move.nth, Move.duty_id, duty.id)
    approval = approvals.submit(
        kind=KIND, subject_type=Duty.__tablename__, subject_id=duty.id, title=f"{stand.title}改期到 {to}", version=nth,
        content_hash=content_hash(str(duty.id), nth, to.isoformat(), reason),
        steps=[Step(StepName.APPROVE, "改期审批", rules.pack.settings.duty_move_role)], pack=rules.pack, by=by,
    )  # fmt: skip
    move = Move(
        duty_id=duty.id, nth=nth, moved_to=to, reason=reason, approval_id=approval.id, asked_at=clock.now(),
        asked_by=by.id, asked_by_name=by.name,
    )  # fmt: skip
    db.session.add(move)
    record("duty.move_asked", duty, by, nth=nth, to=to.isoformat(), reason=reason)
    db.session.flush()
    return move


def decide_move(
    duty_id: UUID, *, nth: int, verdict: str, reason: str, hashed: str, known: Mapping[str, Source], by: Actor
) -> approvals.Outcome:
    """Grant or refuse a move; granted, people are reminded by the new date. Raises what `saas.approvals` raises,

    Conflict when the date has passed by now, LookupError when there is no such move.
    """
    duty, move = hold(duty_id), db.session.get(Move, (duty_id, nth))
    if move is None:
        raise LookupError(duty_id)
    if verdict == approvals.APPROVED and move.moved_to <= clock.local(clock.now()).date():
        raise Conflict(f"申请改到的 {move.moved_to} 已经到了，请退回，由经办人重新申请")
    outcome = approvals.decide(
        move.approval_id, verdict=verdict, reason=reason, version=nth, content_hash=hashed, by=by
    )
    before = duty.until
    if outcome.state == approvals.APPROVED:
        duty.moved_to, duty.moved_reason, duty.moved_by = move.moved_to, move.reason, move.asked_by
        duty.version += 1
        db.session.flush()
        rules = rules_here(known)
        if clause := rules.clause_of(duty):
            queue(duty, clause, rules)
    record(
        "duty.move_decided", duty, by, on_behalf_of=outcome.on_behalf_of, nth=nth, verdict=verdict,
        reason=reason.strip(), before=before.isoformat(), after=duty.until.isoformat(),
    )  # fmt: skip
    db.session.flush()
    return outcome


def hold(duty_id: UUID) -> Duty:
    """The duty, locked for this transaction. LookupError when there is none."""
    query = select(Duty).where(Duty.id == duty_id).with_for_update()
    duty = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if duty is None:
        raise LookupError(duty_id)
    return duty


def latest(stand: Standing) -> date:
    """The last day to which a duty can be moved: that of the next period."""
    if stand.clause is None or stand.clause.deadline is None:
        return stand.duty.until
    return stand.clause.deadline.of(stand.duty.period.next)


def _check(stand: Standing, to: date) -> None:
    farthest = latest(stand)
    if to <= clock.local(stand.now).date():
        raise Problem("请选择今天以后的日期", "to")
    if to > farthest:
        raise Problem(f"最晚改到 {farthest}：那天要完成下一期", "to")
    if to == stand.duty.until:
        raise Problem("这就是现在的日期，请选择另一天", "to")
