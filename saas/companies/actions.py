"""Create companies and projects by claiming spare tenants; take people in, change their roles, let them go."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from saas import clock
from saas.companies import history
from saas.db import db
from saas.identity.actor import Actor, Forbidden
from saas.identity.models import Membership, OneTimeLink, User
from saas.identity.sessions import end_all_sessions
from saas.policy.loader import pack
from saas.problem import Problem
from saas.tenancy import digest, enter
from saas.tenancy.models import HEAD_OFFICE, PROJECT, QUALITY_SLUG, Company, Tenant
from saas.tenancy.staff import Profile, Staff

# Roles that a company holds everywhere: a new project starts with their holders (A1, A2).
COMPANY_ROLES = (
    "company_admin", "quality", "division_leader", "general_manager", "finance", "legal", "brand", "complaint_officer",
)  # fmt: skip
INVITATION = timedelta(days=7)


class NoSpareTenant(Problem):
    """All spares are claimed; the scheduler builds new ones."""


def create_company(name: str, slug: str, *, by: Actor) -> tuple[Company, Tenant]:
    """Create a company with its head-office tenant. Raises Problem when the slug is taken."""
    if db.session.scalar(select(Company.id).where(Company.slug == slug)):
        raise Problem("这个网址标识已被使用，请换一个", "slug")
    company = Company(slug=slug, name=name, created_at=clock.now())
    db.session.add(company)
    db.session.flush()
    tenant = claim(company, HEAD_OFFICE, QUALITY_SLUG, "品质运营中心")
    history.record("company.created", "companies", str(company.id), by, name=name, slug=slug)
    return company, tenant


def create_project(company: Company, name: str, slug: str, *, by: Actor) -> Tenant:
    """Create a project: claim a spare, copy in the holders of company roles, write its profile, enter it.

    The Session serves the new tenant from here on. Raises Problem when the slug is taken in this company.
    """
    taken = select(Tenant.id).where(Tenant.company_id == company.id, Tenant.slug == slug)
    if slug == QUALITY_SLUG or db.session.scalar(taken):
        raise Problem("这个网址标识已被本公司使用，请换一个", "slug")
    tenant = claim(company, PROJECT, slug, name)
    history.record("project.created", "tenants", str(tenant.id), by, name=name, slug=slug)
    office = db.session.scalars(
        select(Membership)
        .join(Tenant, Tenant.id == Membership.tenant_id)
        .where(Tenant.company_id == company.id, Tenant.kind == HEAD_OFFICE, Membership.ended_at.is_(None))
    )
    now = clock.now()
    copied = {m.user_id: roles for m in office if (roles := [r for r in m.roles if r in COMPANY_ROLES])}
    people = db.session.scalars(select(User).where(User.id.in_(copied), User.disabled_at.is_(None))).all()
    rows = [(p.id, p.name, p.email, copied[p.id]) for p in people]
    for user_id, _, _, roles in rows:
        db.session.add(Membership(user_id=user_id, tenant_id=tenant.id, roles=roles, since=now))
    db.session.flush()
    settle_in(company, tenant, rows)
    return tenant


def claim(company: Company, kind: str, slug: str, name: str) -> Tenant:
    """Claim one spare tenant by a single UPDATE. Raises NoSpareTenant when none is left."""
    spare = (
        select(Tenant.id).where(Tenant.company_id.is_(None)).order_by(Tenant.id).limit(1).with_for_update(skip_locked=True)
    ).scalar_subquery()
    tenant = db.session.scalars(
        update(Tenant)
        .where(Tenant.id == spare)
        .values(company_id=company.id, kind=kind, slug=slug, name=name, claimed_at=clock.now())
        .returning(Tenant)
    ).one_or_none()
    if tenant is None:
        raise NoSpareTenant("暂时没有空闲的项目空间，请一分钟后再试")
    return tenant


def settle_in(company: Company, tenant: Tenant, people: list[tuple[UUID, str, str, list[str]]]) -> None:
    """Enter the freshly claimed tenant and write its first rows: profile and staff."""
    profile = {"company": company.name, "project": tenant.name, "kind": tenant.kind, "pack": tenant.pack}
    enter(db.session(), tenant.schema_name)
    db.session.add(Profile(**profile))
    for user_id, name, email, roles in people:
        db.session.add(Staff(id=user_id, name=name, email=email, roles=roles, since=clock.now()))
    db.session.flush()


def take_in(tenant: Tenant, email: str, name: str, roles: list[str], *, by: Actor) -> str | None:
    """Make a person a member of this tenant; returns an invitation token when they have no password yet.

    Platform rows first, then the tenant is entered and its staff row written: one transaction.
    Raises Problem for unknown roles or an empty list.
    """
    known = pack(tenant.pack).roles
    if not roles or any(role not in known for role in roles):
        raise Problem("请至少选择一个有效的角色", "roles")
    now = clock.now()
    user = db.session.scalar(select(User).where(User.email == email.lower()))
    if user is None:
        user = User(email=email.lower(), name=name, created_at=now)
        db.session.add(user)
        db.session.flush()
    token = invite(user) if user.password_hash is None else None
    member = db.session.get(Membership, (user.id, tenant.id))
    if member is None:
        db.session.add(Membership(user_id=user.id, tenant_id=tenant.id, roles=sorted(roles), since=now))
    else:
        member.roles, member.ended_at = sorted(roles), None
    history.record("member.taken_in", "users", str(user.id), by, tenant=tenant.schema_name, roles=sorted(roles))
    db.session.flush()
    values = {"id": user.id, "name": user.name, "email": user.email, "roles": sorted(roles), "now": now}
    enter(db.session(), tenant.schema_name)
    db.session.execute(
        text(
            "INSERT INTO staff (id, name, email, roles, since) VALUES (:id, :name, :email, :roles, :now)"
            " ON CONFLICT (id) DO UPDATE SET name = :name, email = :email, roles = :roles, ended_at = NULL"
        ),
        values,
    )
    return token


def let_go(tenant: Tenant, user_id: UUID, *, by: Actor) -> None:
    """End a membership; the person's pages of this tenant answer 404 from the next request on.

    Raises Forbidden when the actor would lock themself out, Problem when there is no such member.
    """
    if user_id == by.id:
        raise Forbidden("不能停用自己，请由另一位公司管理员操作")
    member = db.session.get(Membership, (user_id, tenant.id))
    if member is None or member.ended_at is not None:
        raise Problem("这位成员已不在本项目")
    member.ended_at = clock.now()
    history.record("member.let_go", "users", str(user_id), by, tenant=tenant.schema_name)
    db.session.flush()
    enter(db.session(), tenant.schema_name)
    db.session.execute(update(Staff).where(Staff.id == user_id).values(ended_at=clock.now()))


def disable(user_id: UUID, *, by: Actor) -> None:
    """Close a person's login everywhere; every session dies at once. Platform operators and company admins only."""
    if user_id == by.id:
        raise Forbidden("不能停用自己的账号")
    db.session.execute(update(User).where(User.id == user_id).values(disabled_at=clock.now()))
    end_all_sessions(db.session(), user_id)
    history.record("user.disabled", "users", str(user_id), by)


def invite(user: User, purpose: str = "invitation") -> str:
    """A one-time link for setting the password: 7 days for invitations; earlier unused links end."""
    return one_time_link(db.session(), user.id, purpose, INVITATION)


def one_time_link(session: Session, user_id: UUID, purpose: str, lifetime: timedelta) -> str:
    """Create a link of this purpose and return its token; only the hash is kept."""
    token, now = secrets.token_urlsafe(32), clock.now()
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.user_id == user_id, OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    session.add(
        OneTimeLink(token_hash=digest(token), purpose=purpose, user_id=user_id, created_at=now, expires_at=now + lifetime)
    )
    return token
