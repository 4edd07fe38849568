"""Members of a tenant: take in, change roles, let go. Platform row and the tenant's staff row move in one transaction.

Company roles live in the head office and hold in every project. A change there goes to the projects first, each in a
transaction of its own, and to the head office last: after a crash the same request repeated completes it.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import any_, select, text, update
from sqlalchemy.orm import Session

from saas import clock
from saas.companies import history
from saas.companies.roles import ADMIN, check_roles
from saas.db import db, separate_session
from saas.identity.actor import Actor, Forbidden
from saas.identity.models import Membership, User
from saas.identity.people import find_or_add
from saas.jobs import enqueue
from saas.problem import Problem
from saas.tenancy import enter
from saas.tenancy.models import HEAD_OFFICE, PROJECT, Company, Tenant
from saas.tenancy.staff import Staff

STAFF = text(
    "INSERT INTO staff (id, name, email, roles, since) VALUES (:id, :name, :email, :roles, :now)"
    " ON CONFLICT (id) DO UPDATE SET name = :name, email = :email, roles = :roles, ended_at = NULL"
)

# Held until the transaction ends: a login is not closed between this look and the row that rests on it.
CLOSED = text("SELECT disabled_at FROM platform.users WHERE id = :id FOR SHARE")


def take_in(tenant: Tenant, email: str, name: str, roles: list[str], *, by: Actor) -> None:
    """Make a person a member with these roles besides those already held; who has no password yet is invited by mail.

    The Session serves the tenant from here on. Raises Problem for an unusable address or name, unknown or no roles.
    """
    wanted = check_roles(tenant, roles)
    if tenant.kind == HEAD_OFFICE:
        with separate_session() as session:  # the projects' transactions must see the person
            find_or_add(session, email, name)
    user = find_or_add(db.session(), email, name)
    held = roles_of(db.session(), tenant.id, user.id)
    if tenant.kind == HEAD_OFFICE:
        spread(tenant, user, added=wanted, removed=set(), by=by)
    if user.password_hash is None:
        enqueue("identity.invite", str(user.id))
    history.record("member.taken_in", "users", str(user.id), by, tenant=tenant.schema_name, roles=sorted(wanted))
    settle(db.session(), tenant, user, held | wanted)


def change_roles(tenant: Tenant, user_id: UUID, roles: list[str], *, by: Actor) -> None:
    """Give a member exactly these roles. The Session serves the tenant from here on.

    Raises Forbidden for one's own admin role, Problem for unknown or no roles, somebody who is no member, and when the
    company would be left without an administrator.
    """
    wanted = check_roles(tenant, roles)
    user, held = member(tenant, user_id)
    if user_id == by.id and ADMIN in held ^ wanted:
        raise Forbidden("不能增减自己的公司管理员角色，请由另一位公司管理员操作")
    if tenant.kind == HEAD_OFFICE and ADMIN in held - wanted:
        keep_an_admin(tenant.company_id, user_id)
    if tenant.kind == HEAD_OFFICE:
        spread(tenant, user, added=wanted, removed=held - wanted, by=by)
    facts: dict[str, Any] = {"tenant": tenant.schema_name, "before": sorted(held), "after": sorted(wanted)}
    history.record("member.roles_changed", "users", str(user_id), by, **facts)
    settle(db.session(), tenant, user, wanted)


def let_go(tenant: Tenant, user_id: UUID, *, by: Actor) -> None:
    """End a membership; the person's pages of this tenant answer 404 from the next request on.

    Leaving the head office ends the company roles in every project, and the memberships that rested on them alone.
    Raises Forbidden when the actor would lock themself out, Problem when there is no such member, and when the company
    would be left without an administrator.
    """
    if user_id == by.id:
        raise Forbidden("不能移出自己，请由另一位公司管理员操作")
    user, held = member(tenant, user_id)
    if tenant.kind == HEAD_OFFICE and ADMIN in held:
        keep_an_admin(tenant.company_id, user_id)
    if tenant.kind == HEAD_OFFICE:
        spread(tenant, user, added=set(), removed=held, by=by)
    history.record("member.let_go", "users", str(user_id), by, tenant=tenant.schema_name, roles=sorted(held))
    settle(db.session(), tenant, user, set())


def invite_again(tenant: Tenant, user_id: UUID, *, by: Actor) -> None:
    """Send another invitation. Raises Problem when the person has a password already or is no member."""
    user, _ = member(tenant, user_id)
    if user.password_hash is not None:
        raise Problem("这位成员已设置密码，不需要邀请；忘记密码可在登录页重设")
    enqueue("identity.invite", str(user_id))
    history.record("member.invited_again", "users", str(user_id), by, tenant=tenant.schema_name)


def member(tenant: Tenant, user_id: UUID) -> tuple[User, set[str]]:
    """A member and the roles held. Raises Problem when there is none."""
    held = roles_of(db.session(), tenant.id, user_id)
    if not held:
        raise Problem("这位成员已不在这里，请刷新名单")
    return db.session.get_one(User, user_id), held


def roles_of(session: Session, tenant_id: int, user_id: UUID) -> set[str]:
    """The roles a person holds in a tenant now, locked until the transaction ends; empty for nobody."""
    row = session.scalar(
        select(Membership)
        .where(Membership.tenant_id == tenant_id, Membership.user_id == user_id, Membership.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return set(row.roles) if row else set()


def admins(company_id: UUID | None) -> set[UUID]:
    """The administrators of a company who can log in: its head office's, whatever a project gave by itself.

    The company's row is locked until the transaction ends, so of two who remove each other one comes second.
    """
    db.session.execute(select(Company.id).where(Company.id == company_id).with_for_update())
    query = (
        select(Membership.user_id)
        .join(Tenant, Tenant.id == Membership.tenant_id)
        .join(User, User.id == Membership.user_id)
        .where(Tenant.company_id == company_id, Tenant.kind == HEAD_OFFICE)
        .where(Membership.ended_at.is_(None), any_(Membership.roles) == ADMIN, User.disabled_at.is_(None))
    )
    return set(db.session.scalars(query))


def keep_an_admin(company_id: UUID | None, leaving: UUID) -> None:
    """Raise Problem when this person is the company's last administrator."""
    if admins(company_id) == {leaving}:
        raise Problem("这是公司最后一位公司管理员，请先在品质运营中心任命另一位")


def spread(office: Tenant, user: User, *, added: set[str], removed: set[str], by: Actor) -> None:
    """Carry company roles into every project, one transaction each; repeating it changes nothing more."""
    # whoever claims a new project waits for this lock, and then copies what the head office has become
    db.session.execute(select(Company.id).where(Company.id == office.company_id).with_for_update())
    projects = db.session.scalars(select(Tenant).where(Tenant.company_id == office.company_id, Tenant.kind == PROJECT))
    for project in projects.all():
        with separate_session() as session:
            held = roles_of(session, project.id, user.id)
            roles = (held | added) - removed
            if roles != held:
                facts: dict[str, Any] = {"tenant": project.schema_name, "before": sorted(held), "after": sorted(roles)}
                history.record("member.roles_spread", "users", str(user.id), by, session=session, **facts)
                settle(session, project, user, roles)


def settle(session: Session, tenant: Tenant, user: User, roles: set[str]) -> None:
    """Write the membership and then, inside the tenant, the staff row. No roles: both end, nothing is deleted.

    Who may not log in has no standing, whatever roles are held.
    """
    now, held = clock.now(), session.get(Membership, (user.id, tenant.id))
    if held is None and roles:
        session.add(Membership(user_id=user.id, tenant_id=tenant.id, roles=sorted(roles), since=now))
    elif held is not None and roles:
        held.roles, held.ended_at = sorted(roles), None
    elif held is not None:
        held.ended_at = now
    values = {"id": user.id, "name": user.name, "email": user.email, "roles": sorted(roles), "now": now}
    schema = tenant.schema_name
    session.flush()
    closed = session.scalar(CLOSED, {"id": user.id})
    enter(session, schema)
    if roles and closed is None:
        session.execute(STAFF, values)
    else:
        session.execute(update(Staff).where(Staff.id == user.id, Staff.ended_at.is_(None)).values(ended_at=now))


def restand(user_id: UUID) -> None:
    """Carry a closed or reopened login into every tenant of the person, one transaction each; repeatable.

    Whose login is closed holds no role for anybody's approval, reminder or delegation. Memberships stay as they are.
    """
    with separate_session() as session:
        tenants = session.scalars(
            select(Membership.tenant_id)
            .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
            .order_by(Membership.tenant_id)
        ).all()
    for tenant_id in tenants:
        with separate_session() as session:
            held = roles_of(session, tenant_id, user_id)
            if held:
                settle(session, session.get_one(Tenant, tenant_id), session.get_one(User, user_id), held)
