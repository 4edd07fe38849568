"""Weekly and monthly digests: drafted with their figures, filed by a person with remarks (D14)."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from tenants.digests import access
from tenants.digests.actions.taking import taken
from tenants.digests.models import Digest, Filing
from tenants.digests.words import CLAUSES, SENT, WEEKLY, Days

LONGEST = 4000


def draft(kind: str, days: Days) -> Digest:
    """The digest of a week or month that is over, with its figures; one that is there stays as it is."""
    return taken(kind, days, by=Actor.system())


def file(digest_id: UUID, *, remarks: str, by: Actor) -> Digest:
    """Write remarks to a digest and file it, once. Raises Problem, Conflict, Forbidden, LookupError."""
    digest = db.session.get(Digest, digest_id)
    if digest is None or digest.kind in SENT:
        raise LookupError(digest_id)
    access.holds(by, pack_on(clock.now()), CLAUSES[WEEKLY], "填写周报、月报")
    if not remarks.strip():
        raise Problem("请写下说明：这段时间的情况、原因和要做的事", "remarks")
    if len(remarks.strip()) > LONGEST:
        raise Problem(f"最多 {LONGEST} 字", "remarks")
    row = {
        "digest_id": digest.id, "remarks": remarks.strip(), "filed_at": clock.now(), "filed_by": by.id,
        "filed_by_name": by.name,
    }  # fmt: skip
    if not db.session.scalars(insert(Filing).values(row).on_conflict_do_nothing().returning(Filing.digest_id)).all():
        raise Conflict("这份报告已经归档，不能再改")
    record("digest.filed", digest, by, kind=digest.kind, remarks=remarks.strip())
    db.session.flush()
    return digest
