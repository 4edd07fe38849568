"""Photos of a case, added by whoever works on it."""

from collections.abc import Sequence
from uuid import UUID

from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.pictures import Picture
from saas.pictures import actions as pictures
from saas.policy.here import pack_on
from saas.problem import Problem
from tenants.complaints.actions.lock import hold_open


def add_pictures(complaint_id: UUID, photos: Sequence[Picture], *, caption: str, by: Actor) -> int:
    """Keep photos with an open case; how many are new to it. The card keeps its version: nobody's open form is stale.

    Raises Problem without a photo, Forbidden for who neither registers nor handles and for the one complained about
    (D4), Conflict when it is closed.
    """
    complaint = hold_open(complaint_id, by)
    roles = pack_on(complaint.received_at).complaint_roles
    holds(by, pack_on(complaint.received_at), "添加照片", *dict.fromkeys((*roles.registrars, *roles.handlers)))
    if not photos:
        raise Problem("请选择照片", "pictures")
    kept = pictures.keep(complaint, photos, caption=caption, by=by)
    if kept:
        words = " ".join(caption.split())
        record("complaint.pictures_added", complaint, by, pictures=[str(photo) for photo in kept], caption=words)
    db.session.flush()
    return len(kept)
