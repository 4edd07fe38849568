"""Somebody turns out to be whom a case is about: they leave its letters, and what they took part in is held (D4)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.models import Decision
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.jobs import enqueue
from saas.numbers import next_nth
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff
from tenants.releases.delivery import settle
from tenants.releases.holding import SUBJECT, hold_of, latest, lock, not_barred, regulation, turn
from tenants.releases.models import HELD, SEND, STOP, Hold, HoldDecision, Release
from tenants.releases.standing import together

LONGEST_REASON = 500


def bar(subject_type: str, subject_id: UUID, barred: Collection[UUID], *, by: Actor) -> None:
    """Whom the case is about has changed (D4). Its letters not sent yet follow, and their review begins again.

    One under way that such a person wrote or decided is held: what has not gone out waits for `decide_hold`; what went
    out stays, and so does an attempt that has begun.
    """
    query = select(Release).where(Release.subject_type == subject_type, Release.subject_id == subject_id)
    for release in db.session.scalars(
        query.order_by(Release.id).with_for_update().execution_options(populate_existing=True)
    ):
        release.barred = sorted(barred)
        if not release.editable:
            _hold(release, by)
        elif approvals.void(SUBJECT, release.id):
            turn(release, "draft")
            record("release.reopened", release, by, version=release.version)


def _hold(release: Release, by: Actor) -> None:
    decided = select(Decision.decided_by, Decision.on_behalf_of).where(Decision.approval_id == latest(release).id)
    took_part = {release.author_id, *(who for row in db.session.execute(decided) for who in row)}
    people = sorted(took_part.intersection(release.barred))
    now = clock.now()
    if not people or hold_of(release.id) or together(release, now) == "delivered":
        return
    names = "、".join(db.session.scalars(select(Staff.name).where(Staff.id.in_(people)).order_by(Staff.name)))
    nth = next_nth(Hold.nth, Hold.release_id, release.id)
    db.session.add(
        Hold(
            release_id=release.id, nth=nth, people=people, names=names, held_at=now, held_by=by.id,
            held_by_name=by.name,
        )
    )  # fmt: skip
    db.session.flush()
    settle(release)
    record("release.held", release, by, names=names)


def decide_hold(release_id: UUID, *, verdict: str, reason: str, by: Actor) -> Release:
    """Send what was held after all, or never; with the reason, by who rules over complaints.

    Raises Forbidden for other roles, for whom the case is about (D4) and for the author who would send (A3), Conflict
    when nothing is held, Problem without verdict or reason.
    """
    pack = regulation()
    if by.id is None or not by.has(*pack.complaint_roles.judges):
        names = "、".join(pack.roles[role] for role in pack.complaint_roles.judges)
        raise Forbidden(f"暂缓的信由{names}决定，您没有这项权限")
    release = lock(release_id)
    not_barred(release, by)
    if verdict not in (SEND, STOP):
        raise Problem("请选择仍然发出或不再发出", "verdict")
    if verdict == SEND and by.id == release.author_id:
        raise Forbidden("这封信是您起草的，是否仍然发出请由其他同事决定")
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Problem(f"请写明理由，最多 {LONGEST_REASON} 字", "hold_reason")
    if hold_of(release.id) != HELD:
        raise Conflict("这封信没有暂缓，或已有决定，请刷新后查看")
    nth = db.session.scalar(select(func.max(Hold.nth)).where(Hold.release_id == release.id))
    db.session.add(
        HoldDecision(
            release_id=release.id, nth=nth, verdict=verdict, reason=reason, decided_by=by.id, decided_by_name=by.name,
            decided_at=clock.now(),
        )
    )  # fmt: skip
    db.session.flush()
    if verdict == SEND:
        for delivery in release.deliveries:
            enqueue("releases.deliver", str(delivery.id))  # does nothing for what has arrived
    settle(release)
    record("release.hold_decided", release, by, verdict=verdict, reason=reason)
    return release
