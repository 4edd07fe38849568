"""What goes out with a record, such as the quarterly report, is written, submitted and published on its page."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from saas.approvals import actions as approvals
from saas.approvals.models import Approval
from saas.db import db
from saas.events import Recordable, record
from saas.identity.actor import Actor
from saas.problem import Problem
from tenants.releases.drafting import To, begin, rewrite
from tenants.releases.holding import SUBJECT, held, turn
from tenants.releases.models import Release
from tenants.releases.reviewing import put_forward


def cover_of(subject_type: str, subject_id: UUID, *, lock: bool = False) -> Release | None:
    """The release that goes with this record, if it was submitted before; `lock` holds it for this transaction."""
    query = select(Release).where(Release.subject_type == subject_type, Release.subject_id == subject_id)
    query = query.order_by(Release.created_at.desc(), Release.id).limit(1)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).first()


def submit_with(
    subject: Recordable, *, kind: str, title: str, body: str, to: Sequence[To], co_authors: Collection[UUID] = (),
    by: Actor,
) -> Approval:  # fmt: skip
    """Write the letter that goes with this record, as its first version or the next, and open its chain (H1, H2).

    The `co_authors` wrote a part of the record and decide nothing. Raises Problem for a kind that goes with no record,
    Conflict when it is under review or went out already, and what submitting raises.
    """
    if not held(kind):
        raise Problem("这类信息不随记录发出", "kind")
    release = cover_of(subject.__tablename__, subject.id, lock=True)
    if release is None:
        release = begin(
            kind=kind, title=title, body=body, to=to, by=by, subject_type=subject.__tablename__, subject_id=subject.id
        )
    else:
        release = rewrite(release, title=title, body=body, to=to, by=by)
        db.session.expire(release, ["current", "versions"])
    return put_forward(release, version=release.version, by=by, co_authors={*co_authors, release.author_id})


def reopen(subject_type: str, subject_id: UUID, *, by: Actor) -> bool:
    """The record was edited: what was decided or waits for a decision is void (H3). True when there was something."""
    release = cover_of(subject_type, subject_id, lock=True)
    if release is None or not release.editable or not approvals.void(SUBJECT, release.id):
        return False
    turn(release, "draft")
    record("release.outdated", release, by, version=release.version)
    return True
