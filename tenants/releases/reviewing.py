"""Take a release through its chain (H2); the last approval sets its deliveries going, or leaves them to a person."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.actions import Outcome
from saas.approvals.models import Approval, ApprovalCopy
from saas.db import db
from saas.events import Event, record
from saas.identity.actor import Actor
from saas.jobs import enqueue
from saas.problem import Conflict, Problem
from saas.tenancy.staff import present
from tenants.releases import checking
from tenants.releases.delivery import message_id
from tenants.releases.drafting import To, clean
from tenants.releases.holding import SUBJECT, latest, lock, not_held, only_author, pending, regulation, turn
from tenants.releases.models import Delivery, Release
from tenants.releases.text import checks

APPROVED_JOB = "releases.approved"
"""The job that tells a record that the release which goes with it was approved."""


def submit(release_id: UUID, *, version: int, by: Actor, copies: Sequence[UUID] = ()) -> Approval:
    """Open the chain that the pack prescribes for this kind and these flags (H2).

    Raises Conflict when it is already under review or was edited, Problem when a check forbids it or nobody can decide.
    """
    release = lock(release_id)
    only_author(release, by)
    not_held(release)
    return put_forward(release, version=version, by=by, copies=copies)


def put_forward(
    release: Release, *, version: int, by: Actor, copies: Sequence[UUID] = (), co_authors: Collection[UUID] = ()
) -> Approval:
    """Open the chain for a release that was locked. The `co_authors` wrote a part of it and decide nothing (A3)."""
    if release.state not in ("draft", "returned") or release.version != version:
        raise Conflict("这份信息已提交或已修改，请刷新后查看")
    current, known = release.current, regulation()
    clean([To(to.channel, to.name, to.address) for to in current.recipients], release.kind)
    names = [person.name for person in present()]
    for check in checks(current.title, current.body, current.signed_by, names):
        if check.state == "bad":
            raise Problem(check.words, "body")
    checking.check(release)
    approval = approvals.submit(
        kind=release.kind,
        subject_type=SUBJECT,
        subject_id=release.id,
        title=release.title,
        version=release.version,
        content_hash=current.content_hash,
        steps=known.chains[release.kind].steps_for(frozenset(current.flags)),
        pack=known,
        by=by,
        flags=current.flags,
        barred={*release.barred, *co_authors} - {by.id},
    )
    _here(copies)
    approvals.copy_to(approval, copies)
    turn(release, "in_review")
    record("release.submitted", release, by, version=release.version, chain=[s.role for s in approval.steps])
    return approval


def decide(
    release_id: UUID, *, approval_id: UUID, verdict: str, reason: str, version: int, content_hash: str, by: Actor
) -> Outcome:
    """Decide the waiting step. The last approval sends the copies that the chain prescribes, creates the deliveries and
    asks the mail worker to carry them out; what goes with a record waits for `publish`, and the record is told.

    Raises what approvals.decide raises, and Conflict when the approval is not this release's.
    """
    release = lock(release_id)
    approval = db.session.get(Approval, approval_id)
    if approval is None or approval.subject_id != release.id:
        raise Conflict("这份审批已经有结果，请刷新后查看")
    outcome = approvals.decide(
        approval_id, verdict=verdict, reason=reason, version=version, content_hash=content_hash, by=by
    )
    if outcome.state == approvals.RETURNED:
        turn(release, "returned")
    elif outcome.state == approvals.APPROVED:
        turn(release, "approved")
        chain = regulation().chains[release.kind]
        if chain.copies:
            barred = {*outcome.approval.barred, outcome.approval.author_id}
            approvals.copy_to(outcome.approval, [p.id for p in present(*chain.copies) if p.id not in barred])
        if chain.held:
            enqueue(APPROVED_JOB, str(release.id))
        else:
            dispatch(release, outcome.approval)
    record(
        "release.decided",
        release,
        by,
        on_behalf_of=outcome.on_behalf_of,
        version=version,
        verdict=verdict,
        step=outcome.decided.label,
        reason=reason.strip(),
    )
    return outcome


def publish(release_id: UUID, *, by: Actor) -> Release:
    """Let an approved release go out that goes with a record: from now on it cannot be edited.

    Raises Conflict when it is not approved as it stands, or is out already.
    """
    release = lock(release_id)
    approval = latest(release)
    if release.state != "approved" or approval.state != approvals.APPROVED or approval.version != release.version:
        raise Conflict("这份信息还没有批准，或已经发布，请刷新后查看")
    dispatch(release, approval)
    record("release.published", release, by, version=release.version)
    return release


def dispatch(release: Release, approval: Approval) -> None:
    """One delivery per recipient of the approved version, each handed to the mail worker in this transaction (H1)."""
    for recipient in release.current.recipients:
        delivery = Delivery(
            release_id=release.id,
            version=approval.version,
            content_hash=approval.content_hash,
            recipient_id=recipient.id,
            channel=recipient.channel,
            approval_id=approval.id,
            message_id=message_id(),
            created_at=clock.now(),
        )
        db.session.add(delivery)
        db.session.flush()
        enqueue("releases.deliver", str(delivery.id), key=delivery.id)
        turn(release, "delivering")


def withdraw(release_id: UUID, *, by: Actor) -> Release:
    """The author takes a submission back to go on writing. Raises Forbidden or Conflict."""
    release = lock(release_id)
    approvals.withdraw(pending(release).id, by=by)
    turn(release, "draft")
    record("release.withdrawn", release, by, version=release.version)
    return release


def transfer(release_id: UUID, *, to: UUID, by: Actor) -> Release:
    """Hand the waiting step to another holder of the role. Raises Forbidden, Conflict or Problem."""
    release = lock(release_id)
    step = approvals.transfer(pending(release).id, to, by=by)
    record("release.transferred", release, by, step=step.label, to=str(to))
    return release


def urge(release_id: UUID, *, by: Actor) -> Release:
    """Remind whoever must decide 催办, once a day. Raises Forbidden for others than the author, Conflict otherwise."""
    release = lock(release_id)
    only_author(release, by)
    waiting = pending(release)
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    today = select(Event.id).where(
        Event.subject_type == SUBJECT,
        Event.subject_id == release.id,
        Event.name == "release.urged",
        Event.occurred_at >= midnight,
    )
    if db.session.scalar(today.limit(1)):
        raise Conflict("今天已经催办过，请明天再催，或直接联系对方")
    step = approvals.urge(waiting.id)
    record("release.urged", release, by, step=step.label)
    return release


def copy(release_id: UUID, *, to: Sequence[UUID], by: Actor) -> Release:
    """Send copies for information 抄送 of the latest submission.

    Raises Conflict when there is none, Forbidden for others than the author, Problem for somebody who is not here.
    """
    release = lock(release_id)
    only_author(release, by)
    _here(to)
    approvals.copy_to(latest(release), to)
    record("release.copied", release, by, to=[str(person) for person in to])
    return release


def _here(people: Sequence[UUID]) -> None:
    if not {*people} <= {person.id for person in present()}:
        raise Problem("请从列表里选择要抄送的同事", "copies")


def acknowledge(release_id: UUID, *, by: Actor) -> Release:
    """Say that one's copy was read 已阅. Raises Conflict when there is none to acknowledge."""
    release = lock(release_id)
    mine = db.session.scalars(
        select(ApprovalCopy)
        .join(Approval, Approval.id == ApprovalCopy.approval_id)
        .where(Approval.subject_id == release.id, ApprovalCopy.staff_id == by.id, ApprovalCopy.seen_at.is_(None))
    ).all()
    if not mine:
        raise Conflict("没有待阅的抄送")
    for each in mine:
        each.seen_at = clock.now()
    record("release.acknowledged", release, by)
    return release
