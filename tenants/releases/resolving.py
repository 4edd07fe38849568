"""结果不明: what nobody knows is decided by a person, never by sending again and hoping (promise 4)."""

from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.jobs import enqueue
from saas.problem import Conflict, Problem
from tenants.releases import access
from tenants.releases.delivery import settle
from tenants.releases.holding import hold_of, lock, not_barred
from tenants.releases.models import Attempt, Delivery, Release, Resolution
from tenants.releases.standing import standing


def resolve_unknown(attempt_id: UUID, *, verdict: str, note: str, by: Actor) -> Release:
    """A person decides about an attempt whose outcome nobody knows, or that failed: it arrived, or send again.

    Raises Conflict when the attempt needs no decision any more, Problem for a missing note or verdict.
    """
    if not by.has(*access.WRITERS) or by.id is None:
        raise Forbidden("您没有处理送达结果的权限")
    attempt = db.session.get(Attempt, attempt_id)
    delivery = db.session.get(Delivery, attempt.delivery_id) if attempt else None
    if attempt is None or delivery is None:
        raise Conflict("没有这次发送记录")
    release = lock(delivery.release_id)
    not_barred(release, by)
    db.session.refresh(delivery)
    db.session.expire(delivery, ["attempts"])
    if verdict not in ("delivered", "resend"):
        raise Problem("请选择已核实送达或重新发送", "verdict")
    if not note.strip():
        raise Problem("请写明怎样核实的，例如「电话联系，客户说已收到」", "note")
    if delivery.attempts[-1].id != attempt_id or standing(delivery, clock.now()).word not in ("unknown", "failed"):
        raise Conflict("这次发送已有结果或已处理，请刷新后查看")
    if verdict == "resend" and hold_of(release.id):
        raise Conflict("这封信已暂缓发出，须先决定是否仍然发出，才能重新发送")
    db.session.add(
        Resolution(
            attempt_id=attempt_id,
            verdict=verdict,
            note=note.strip()[:500],
            resolved_by=by.id,
            resolved_by_name=by.name,
            resolved_at=clock.now(),
        )
    )
    db.session.flush()
    db.session.expire_all()
    enqueue("releases.deliver", str(delivery.id))  # sends again, or only lets the case learn that it arrived
    settle(release)
    record("release.resolved", release, by, attempt=str(attempt_id), verdict=verdict, note=note.strip()[:500])
    return release
