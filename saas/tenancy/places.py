"""Where a tenant is found from outside: its address, and the places of one person in one company."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from saas.db import separate_session
from saas.identity.models import Membership
from saas.tenancy.models import HEAD_OFFICE, Company, Tenant


@dataclass(frozen=True)
class Spot:
    """A tenant that a person may enter, with the roles held there."""

    name: str
    slug: str
    roles: tuple[str, ...]


def path_to(schema: str) -> str:
    """`/company/project/` of a tenant, read outside of it because addresses change. LookupError when nobody owns it."""
    with separate_session() as session:
        found = session.execute(
            select(Company.slug, Tenant.slug)
            .join(Company, Company.id == Tenant.company_id)
            .where(Tenant.schema_name == schema)
        ).one_or_none()
    if found is None:
        raise LookupError(schema)
    return f"/{found[0]}/{found[1]}/"


@dataclass(frozen=True)
class Home:
    """A project as its head office names it."""

    schema: str
    slug: str
    name: str
    roles: tuple[str, ...] = ()


def homes(company: str, user_id: UUID | None) -> tuple[Home, ...]:
    """The projects of a company (by its slug), by name, each with the roles that this person holds there."""
    mine = and_(
        Membership.tenant_id == Tenant.id, Membership.user_id == user_id, Membership.ended_at.is_(None)
    )  # fmt: skip
    with separate_session() as session:
        rows = session.execute(
            select(Tenant.schema_name, Tenant.slug, Tenant.name, Membership.roles)
            .join(Company, Company.id == Tenant.company_id)
            .outerjoin(Membership, mine)
            .where(Company.slug == company, Tenant.kind != HEAD_OFFICE)
            .order_by(Tenant.name, Tenant.id)
        )
        return tuple(Home(schema, slug or "", name or "", tuple(roles or ())) for schema, slug, name, roles in rows)


def projects_of(user_id: UUID, company: str) -> list[Spot]:
    """The projects of a company (by its slug) that this person may enter, by name."""
    with separate_session() as session:
        rows = session.execute(
            select(Tenant.name, Tenant.slug, Membership.roles)
            .join(Company, Company.id == Tenant.company_id)
            .join(Membership, Membership.tenant_id == Tenant.id)
            .where(Company.slug == company, Tenant.kind != HEAD_OFFICE)
            .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
            .order_by(Tenant.name)
        )
        return [Spot(name or "", slug or "", tuple(roles)) for name, slug, roles in rows]
