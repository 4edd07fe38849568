"""Where a person works, and which browsers they are signed in with."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select

from saas import clock
from saas.db import db
from saas.identity.models import Membership, SessionRow
from saas.tenancy.models import HEAD_OFFICE, Company, Tenant


@dataclass(frozen=True)
class Spot:
    """A tenant in which a person holds roles."""

    company: str
    company_name: str
    project: str
    name: str
    kind: str
    schema: str
    pack: str
    roles: frozenset[str]


def spots(user_id: UUID, words: str = "", *, limit: int = 30, offset: int = 0) -> tuple[list[Spot], int]:
    """The tenants of a person whose names hold `words`, head offices first, and how many there are in all."""
    query = (
        select(Tenant, Company, Membership.roles)
        .join(Company, Company.id == Tenant.company_id)
        .join(Membership, Membership.tenant_id == Tenant.id)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
    )
    words = words.replace("\x00", "").strip()[:80]
    if words:
        names = (Tenant.name, Company.name, Tenant.slug)
        query = query.where(or_(*(name.icontains(words, autoescape=True) for name in names)))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Company.name, Tenant.kind != HEAD_OFFICE, Tenant.name, Tenant.id)
    found = [
        Spot(
            c.slug, c.name, str(t.slug), str(t.name), str(t.kind), t.schema_name, t.pack, frozenset(roles)
        )
        for t, c, roles in db.session.execute(ordered.limit(limit).offset(offset))
    ]  # fmt: skip
    return found, total


def open_sessions(user_id: UUID) -> list[SessionRow]:
    """The browsers in which a person is signed in now, the last used first."""
    query = select(SessionRow).where(
        SessionRow.user_id == user_id, SessionRow.ended_at.is_(None), SessionRow.expires_at > clock.now()
    )
    return list(db.session.scalars(query.order_by(SessionRow.seen_at.desc()).limit(50)))
