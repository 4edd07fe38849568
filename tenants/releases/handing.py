"""线下递交: an approved letter that a person hands over or puts up, kept as a fact (C1, H1)."""

from datetime import datetime
from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.jobs import enqueue
from saas.problem import Conflict, Problem
from tenants.releases import access
from tenants.releases.delivery import settle
from tenants.releases.holding import held, hold_of, latest, lock, not_barred
from tenants.releases.models import WAYS, Handover, Release

JOB = "releases.handed_over"
"""The job that tells the case that its answer was handed over."""


def hand_over(
    release_id: UUID, *, way: str, receiver: str, at: datetime | None, note: str = "", version: int, by: Actor
) -> Release:
    """Record that the approved letter was handed over at `at`, now when None. From then on it cannot be edited.

    Raises Forbidden for who may not write letters or is complained about (D4), Conflict while it is not approved or was
    edited meanwhile, Problem for an unknown way, no receiver, or a time before the approval or in the future.
    """
    if not by.has(*access.WRITERS) or by.id is None:
        raise Forbidden("您没有登记线下递交的权限")
    release, now = lock(release_id), clock.now()
    not_barred(release, by)
    at, receiver, note = at or now, " ".join(receiver.split())[:60], note.strip()
    if release.version != version:
        raise Conflict("这份信息已有更新的版本，请刷新后查看")
    approval = latest(release)
    if approval.state != "approved" or approval.version != version or approval.ended_at is None:
        raise Conflict("这份信息还没有批准，批准后才能递交")
    if hold_of(release.id):
        raise Conflict("这封信已暂缓发出，须先决定是否仍然发出，才能递交")
    if held(release.kind) and release.editable:
        raise Conflict("这份信息还没有发布，发布后才能张贴、递交")
    if way not in WAYS:
        raise Problem("请选择递交方式", "way")
    if not receiver:
        raise Problem("请写明交给谁，或张贴在哪里", "receiver")
    if len(note) > 500:
        raise Problem("说明最多 500 字", "note")
    if at > now or at < approval.ended_at.replace(second=0, microsecond=0):
        raise Problem("递交时间应在批准之后、现在之前", "handed_at")
    db.session.add(
        Handover(
            release_id=release.id, version=version, content_hash=approval.content_hash, approval_id=approval.id,
            way=way, receiver=receiver, note=note, handed_at=at, handed_by=by.id, handed_by_name=by.name,
            recorded_at=now,
        )
    )  # fmt: skip
    db.session.flush()
    db.session.expire(release, ["handovers", "deliveries"])
    settle(release)
    record("release.handed_over", release, by, way=way, receiver=receiver, note=note, at=at.isoformat())
    enqueue(JOB, str(release.id))
    return release
