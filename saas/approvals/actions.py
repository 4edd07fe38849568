"""Submit, decide, void, withdraw, transfer. `decide()` returns an outcome; the slice acts on it, no callbacks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from saas import clock
from saas.approvals.deciders import Authority, authority, left_without, plan
from saas.approvals.models import Approval, ApprovalCopy, ApprovalStep, Decision
from saas.board.marks import touch
from saas.db import db
from saas.identity.actor import Actor, Forbidden
from saas.jobs import enqueue
from saas.policy.pack import Pack, Step
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff

PENDING, APPROVED, RETURNED = "pending", "approved", "returned"
WAITING = "approvals.waiting"
"""The job that tells the deciders of a step that it waits for them; with a moment, that they were urged at it."""
COPIED = "approvals.copied"
"""The job that tells those who got a copy."""
TOUCHED = "approvals"
"""What the board hears: the slice's event is about the slice's own record."""


@dataclass(frozen=True)
class Outcome:
    """What a decision led to: `pending` with the next step, `approved` at the end of the chain, or `returned`."""

    state: str
    approval: Approval
    decided: ApprovalStep
    next: ApprovalStep | None
    on_behalf_of: str | None


def submit(
    *,
    kind: str,
    subject_type: str,
    subject_id: UUID,
    title: str,
    version: int,
    content_hash: str,
    steps: Sequence[Step],
    pack: Pack,
    by: Actor,
    flags: Sequence[str] = (),
    barred: Collection[UUID] = (),
) -> Approval:
    """Open an approval for exactly this version and content; the `barred` have no part in deciding it (D4).

    Raises NobodyCanDecide naming the missing role, Problem when the chain is empty. A second submission of the same
    subject while one is pending raises Conflict.
    """
    if not steps or by.id is None:
        raise Problem("这类信息没有设置审批链，请联系公司管理员")
    now = clock.now()
    approval = Approval(
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        title=title,
        author_id=by.id,
        author_name=by.name,
        version=version,
        content_hash=content_hash,
        flags=list(flags),
        barred=sorted(set(barred)),
        submitted_at=now,
    )
    for position, planned in enumerate(plan(steps, {by.id, *barred}, pack), start=1):
        approval.steps.append(
            ApprovalStep(
                position=position,
                name=str(planned.step.name),
                label=planned.step.label,
                role=planned.role,
                raised_from=planned.raised_from,
                state="waiting" if position == 1 else "later",
                waiting_since=now if position == 1 else None,
            )
        )
    try:
        with db.session.begin_nested():
            db.session.add(approval)
    except IntegrityError as rival:
        if "one_pending_approval" not in str(rival.orig):
            raise
        raise Conflict("已经提交过审批，正在等待决定，请刷新后查看") from rival
    touch(TOUCHED, now)
    enqueue(WAITING, str(approval.id))
    return approval


def lock(approval_id: UUID) -> Approval:
    """The approval, locked for this transaction, so that parallel decisions queue up."""
    return db.session.scalars(
        select(Approval).where(Approval.id == approval_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def decide(approval_id: UUID, *, verdict: str, reason: str, version: int, content_hash: str, by: Actor) -> Outcome:
    """Decide the waiting step of exactly the version that was shown.

    Raises Conflict when it was decided or edited meanwhile, Forbidden when `by` wrote it, decided an earlier step or
    lacks the role, Problem for a return without a reason.
    """
    approval = lock(approval_id)
    step = approval.current
    if approval.state != "pending" or step is None:
        raise Conflict("这份审批已经有结果，请刷新后查看")
    if (approval.version, approval.content_hash) != (version, content_hash):
        raise Conflict("正文已修改，您看到的不是最新版本，请刷新后重新审阅")
    if verdict not in (APPROVED, RETURNED):
        raise Problem("请选择同意或退回修改", "verdict")
    if verdict == RETURNED and not reason.strip():
        raise Problem("退回时请写明要修改什么", "reason")
    right = rightful(approval, step, by)
    principal = right.principal.id if right.principal else None
    if verdict == APPROVED:
        later = [each for each in approval.steps if each.position > step.position]
        taken = barred_from(approval)
        stuck = left_without(later, taken, taken | {p for p in (by.id, principal) if p})
        if stuck is not None:
            raise Forbidden(f"后面的「{stuck.label}」只有您能决定，这一步请由另一位同事决定")
    db.session.add(
        Decision(
            approval_id=approval.id,
            position=step.position,
            verdict=verdict,
            reason=reason.strip(),
            decided_by=by.id,
            decided_by_name=by.name,
            on_behalf_of=principal,
            on_behalf_of_name=right.principal.name if right.principal else None,
            delegation_id=right.delegation.id if right.delegation else None,
            author_id=approval.author_id,
            version=version,
            content_hash=content_hash,
            decided_at=clock.now(),
        )
    )
    db.session.flush()
    return _move_on(approval, step, verdict, right.principal.name if right.principal else None)


def barred_from(approval: Approval) -> set[UUID]:
    """Who cannot decide any further step: author, whom the matter is about, who decided or was stood for (A3, D4)."""
    people = {p for d in approval.decisions for p in (d.decided_by, d.on_behalf_of) if p}
    return {approval.author_id, *approval.barred, *people}


def rightful(approval: Approval, step: ApprovalStep, by: Actor) -> Authority:
    """By which right `by` decides this step. Raises Forbidden, saying why, when by none."""
    if by.id is None or by.id == approval.author_id:
        raise Forbidden("经办人不能审核或审批自己写的内容")
    if by.id in approval.barred:
        raise Forbidden("这件事与您本人有关，或由您参与编写，按规程应回避，由其他同事决定")
    barred = barred_from(approval)
    if by.id in barred:
        raise Forbidden("您已决定过前面的步骤，后面的步骤须由另一人决定")
    right = authority(step.role, step.assigned_to, by, barred)
    if right is None:
        raise Forbidden(f"这一步由{step.label}人决定，您没有这项权限")
    return right


def _move_on(approval: Approval, step: ApprovalStep, verdict: str, principal: str | None) -> Outcome:
    touch(TOUCHED, approval.submitted_at)
    step.state = verdict
    following = next((s for s in approval.steps if s.position == step.position + 1), None)
    if verdict == RETURNED:
        _end(approval, RETURNED)
    elif following is None:
        db.session.flush()
        _end(approval, APPROVED)
    else:
        following.state, following.waiting_since = "waiting", clock.now()
        enqueue(WAITING, str(approval.id))
    db.session.flush()
    db.session.expire(approval, ["decisions"])
    return Outcome(approval.state, approval, step, following if approval.state == "pending" else None, principal)


def _end(approval: Approval, state: str) -> None:
    touch(TOUCHED, approval.submitted_at)
    approval.state, approval.ended_at = state, clock.now()
    for step in approval.steps:
        if step.state in ("later", "waiting"):
            step.state = "voided"


def void(
    subject_type: str,
    subject_id: UUID,
    *,
    kinds: Sequence[str] | None = None,
    states: Collection[str] = (PENDING, APPROVED),
) -> list[Approval]:
    """An edit cancels what was decided or is pending on the earlier version (H3); returns what was voided."""
    query = select(Approval).where(
        Approval.subject_type == subject_type,
        Approval.subject_id == subject_id,
        Approval.state.in_(states),
    )
    if kinds is not None:
        query = query.where(Approval.kind.in_(kinds))
    voided = list(db.session.scalars(query.with_for_update()))
    for approval in voided:
        _end(approval, "voided")
    db.session.flush()
    return voided


def withdraw(approval_id: UUID, *, by: Actor) -> Approval:
    """The author takes the submission back. Raises Forbidden for anybody else, Conflict when it has ended."""
    approval = lock(approval_id)
    if approval.author_id != by.id:
        raise Forbidden("只有经办人可以撤回自己提交的审批")
    if approval.state != "pending":
        raise Conflict("这份审批已经有结果，不能撤回")
    _end(approval, "withdrawn")
    db.session.flush()
    return approval


def transfer(approval_id: UUID, to: UUID, *, by: Actor) -> ApprovalStep:
    """Hand the waiting step to another holder of the same role. Raises Forbidden, Conflict or Problem."""
    approval = lock(approval_id)
    step = approval.current
    if approval.state != "pending" or step is None:
        raise Conflict("这份审批已经有结果，不能转交")
    rightful(approval, step, by)
    person = db.session.get(Staff, to)
    barred = barred_from(approval) | {by.id}
    if person is None or person.ended_at or step.role not in person.roles or to in barred:
        raise Problem("请选择另一位有同样角色、且不是经办人的同事", "to")
    step.assigned_to, step.transferred_at = to, clock.now()
    enqueue(WAITING, str(approval.id))
    db.session.flush()
    return step


def urge(approval_id: UUID) -> ApprovalStep:
    """Tell the deciders of the waiting step again 催办. Raises Conflict when the approval has ended."""
    approval = lock(approval_id)
    step = approval.current
    if approval.state != PENDING or step is None:
        raise Conflict("这份审批已经有结果，不必再催")
    enqueue(WAITING, str(approval.id), clock.now().isoformat())
    return step


def copy_to(approval: Approval, staff_ids: Sequence[UUID]) -> None:
    """Send copies for information 抄送; a person who has one keeps it."""
    have = set(db.session.scalars(select(ApprovalCopy.staff_id).where(ApprovalCopy.approval_id == approval.id)))
    new = set(staff_ids) - have
    for staff_id in new:
        db.session.add(ApprovalCopy(approval_id=approval.id, staff_id=staff_id, copied_at=clock.now()))
    if new:
        enqueue(COPIED, str(approval.id))
