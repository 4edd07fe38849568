"""Taking the figures of a digest, once."""

from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.here import pack_on
from tenants.digests.figures import take
from tenants.digests.models import Digest
from tenants.digests.queries import of
from tenants.digests.words import Days


def taken(kind: str, days: Days, *, by: Actor) -> Digest:
    """The digest of these days: the one that is there, or a new one with the figures as they are now."""
    found = of(kind, days.begins)
    if found is not None:
        return found
    row = {
        "id": uuid4(), "kind": kind, "begins": days.begins, "ends": days.ends,
        "figures": take(kind, days, pack_on(days.begin)), "taken_at": clock.now(), "taken_by": by.id,
        "taken_by_name": by.name,
    }  # fmt: skip
    made = db.session.scalars(insert(Digest).values(row).on_conflict_do_nothing().returning(Digest)).one_or_none()
    if made is None:  # a rival was faster
        return db.session.query(Digest).filter_by(kind=kind, begins=days.begins).one()
    record("digest.taken", made, by, kind=kind, begins=days.begins.isoformat())
    return made
