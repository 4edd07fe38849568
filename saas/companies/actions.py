"""Create companies and projects by claiming spare tenants."""

import re
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from saas import clock
from saas.board.marks import ANYTHING, touch
from saas.board.models import RollUp
from saas.companies import history
from saas.companies.members import let_go, take_in
from saas.companies.roles import COMPANY_ROLES
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.models import Membership, User
from saas.identity.people import find_or_add
from saas.jobs import enqueue
from saas.problem import Problem
from saas.tenancy import enter
from saas.tenancy.models import HEAD_OFFICE, PROJECT, QUALITY_SLUG, Company, Tenant
from saas.tenancy.staff import Profile, Staff

__all__ = ["create_company", "create_project", "found_company", "let_go", "settle_in", "take_in"]

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
# First parts of addresses that belong to the platform: a company may not hide behind one.
RESERVED = frozenset(
    """
    login logout settings projects operator invitation reset static mailbox healthz readyz verify api admin
    """.split()  # noqa: SIM905
)
LONGEST_NAME = 80


class NoSpareTenant(Problem):
    """All spares are claimed; the scheduler builds new ones."""


def create_company(name: str, slug: str, *, by: Actor) -> tuple[Company, Tenant]:
    """Create a company with its head-office tenant. Raises Problem when the slug is taken or unfit."""
    name = check_name(name, slug)
    if slug in RESERVED or db.session.scalar(select(Company.id).where(Company.slug == slug)):
        raise Problem("这个网址标识已被使用，请换一个", "slug")
    company = Company(slug=slug, name=name, created_at=clock.now())
    db.session.add(company)
    try:
        db.session.flush()
    except IntegrityError as rival:
        raise Problem("这个网址标识已被使用，请换一个", "slug") from rival
    tenant = claim(company, HEAD_OFFICE, QUALITY_SLUG, "品质运营中心")
    history.record("company.created", "companies", str(company.id), by, name=name, slug=slug)
    return company, tenant


def found_company(name: str, slug: str, admin_email: str, admin_name: str, *, by: Actor) -> Company:
    """Create a company with its first 公司管理员 (company_admin), who is invited by mail. Raises Problem."""
    company, tenant = create_company(name, slug, by=by)
    try:
        admin = find_or_add(db.session(), admin_email, admin_name)
    except Problem as problem:
        raise Problem(str(problem), f"admin_{problem.field}") from None
    roles = ["company_admin"]
    db.session.add(Membership(user_id=admin.id, tenant_id=tenant.id, roles=roles, since=clock.now()))
    history.record("member.taken_in", "users", str(admin.id), by, tenant=tenant.schema_name, roles=roles)
    if admin.password_hash is None:
        enqueue("identity.invite", str(admin.id))
    db.session.flush()
    settle_in(company, tenant, [(admin.id, admin.name, admin.email, roles)])
    return company


def create_project(company: Company, name: str, slug: str, *, by: Actor) -> Tenant:
    """Create a project: claim a spare, copy in the holders of company roles, write its profile, enter it.

    The Session serves the new tenant from here on. Raises Problem when the slug is taken in this company or unfit.
    """
    name = check_name(name, slug)
    taken = select(Tenant.id).where(Tenant.company_id == company.id, Tenant.slug == slug)
    if slug == QUALITY_SLUG or db.session.scalar(taken):
        raise Problem("这个网址标识已被本公司使用，请换一个", "slug")
    tenant = claim(company, PROJECT, slug, name)
    history.record("project.created", "tenants", str(tenant.id), by, name=name, slug=slug)
    # The claim holds the company's row: a role given in the head office meanwhile is either seen here or spread to us.
    office = db.session.execute(
        select(Membership.roles, User.id, User.name, User.email)
        .join(Tenant, Tenant.id == Membership.tenant_id)
        .join(User, User.id == Membership.user_id)
        .where(Tenant.company_id == company.id, Tenant.kind == HEAD_OFFICE, Membership.ended_at.is_(None))
        .where(User.disabled_at.is_(None))
    ).all()
    rows = [(p.id, p.name, p.email, r) for p in office if (r := [r for r in p.roles if r in COMPANY_ROLES])]
    for user_id, _, _, roles in rows:
        db.session.add(Membership(user_id=user_id, tenant_id=tenant.id, roles=roles, since=clock.now()))
    db.session.flush()
    settle_in(company, tenant, rows)
    return tenant


def check_name(name: str, slug: str) -> str:
    """The tidied name. Raises Problem when name or slug cannot be."""
    name = " ".join(name.replace("\x00", "").split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Problem(f"请填写名称，最多 {LONGEST_NAME} 个字", "name")
    check_slug(slug)
    return name


def check_slug(slug: str) -> None:
    """Raise Problem for what cannot stand in an address."""
    if not SLUG.fullmatch(slug):
        raise Problem("网址标识用 2～40 个小写字母、数字或连字符，以字母或数字开头，例如 yunqi", "slug")


def claim(company: Company, kind: str, slug: str, name: str) -> Tenant:
    """Claim one spare tenant by a single UPDATE. Raises NoSpareTenant when none is left, Problem for a rival's slug."""
    spare = (
        select(Tenant.id)
        .where(Tenant.company_id.is_(None))
        .order_by(Tenant.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_subquery()
    try:
        tenant = db.session.scalars(
            update(Tenant)
            .where(Tenant.id == spare)
            .values(company_id=company.id, kind=kind, slug=slug, name=name, claimed_at=clock.now())
            .returning(Tenant)
        ).one_or_none()
    except IntegrityError as rival:
        raise Problem("这个网址标识已被本公司使用，请换一个", "slug") from rival
    if tenant is None:
        raise NoSpareTenant("暂时没有空闲的项目空间，请一分钟后再试")
    return tenant


def settle_in(company: Company, tenant: Tenant, people: list[tuple[UUID, str, str, list[str]]]) -> None:
    """Enter the freshly claimed tenant and write its first rows: profile and staff. The board measures it at once."""
    profile = {"company": company.name, "project": tenant.name, "kind": tenant.kind, "pack": tenant.pack}
    enter(db.session(), tenant.schema_name)
    db.session.add(Profile(**profile))
    db.session.add(RollUp(born_on=clock.local(clock.now()).date()))
    touch(ANYTHING)
    for user_id, name, email, roles in people:
        db.session.add(Staff(id=user_id, name=name, email=email, roles=roles, since=clock.now()))
    db.session.flush()
