"""Somebody leaves the company 离职, or their login is closed for a while 停用: for the head office's admins alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from saas.companies import history
from saas.companies.members import admins, keep_an_admin, settle
from saas.companies.queries import closers
from saas.db import db, separate_session
from saas.identity import actions as identity
from saas.identity.actor import Actor, Forbidden
from saas.identity.models import Membership, User
from saas.identity.sessions import end_all_sessions
from saas.problem import Problem
from saas.tenancy.models import HEAD_OFFICE, Company, Tenant

LONGEST_REASON = 500
Left = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Post:
    """A tenant of the company in which a person holds roles."""

    schema: str
    slug: str
    name: str
    roles: frozenset[str]


def posts(company: str, user_id: UUID) -> list[Post]:
    """Where a person holds roles in a company (by its slug): projects by name, the head office last."""
    query = (
        select(Tenant, Membership.roles)
        .join(Company, Company.id == Tenant.company_id)
        .join(Membership, Membership.tenant_id == Tenant.id)
        .where(Company.slug == company, Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Tenant.kind == HEAD_OFFICE, Tenant.name, Tenant.id)
    )
    with separate_session() as session:
        return [
            Post(t.schema_name, t.slug or "", t.name or "", frozenset(roles)) for t, roles in session.execute(query)
        ]


def discharge(company: Company, user_id: UUID, *, reason: str, by: Actor, left: Left | None = None) -> None:
    """End every membership of a person in this company and sign them out: 离职. Other companies are not touched.

    The projects come first, each in a transaction of its own; repeated after a crash it completes. `left`, what stayed
    behind by project, is kept with the reason. Raises Forbidden for whom it is not theirs to do, oneself included, and
    Problem without a reason, for the last administrator, and for somebody who is no member.
    """
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Problem(f"请写明离职原因，最多 {LONGEST_REASON} 个字", "reason")
    check(company, user_id, by)
    user = db.session.get(User, user_id)
    places = db.session.scalars(
        select(Tenant)
        .join(Membership, Membership.tenant_id == Tenant.id)
        .where(Tenant.company_id == company.id, Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Tenant.kind == HEAD_OFFICE)  # last, as ever
    ).all()
    if user is None or not places:
        raise Problem("这位成员已不在本公司，请刷新名单")
    for place in places:
        with separate_session() as session:
            settle(session, place, user, set())
    end_all_sessions(db.session(), user_id)
    where = [place.slug for place in places]
    history.record(
        "member.discharged",
        "users",
        str(user_id),
        by,
        company=company.slug,
        reason=reason,
        places=where,
        left=left or {},
    )


def close_login(company: Company, user_id: UUID, *, by: Actor) -> None:
    """Close the login of one of the company's people: 停用. Roles stay, but nobody counts on them until it is open.

    Committed here. Raises Forbidden as `discharge`, and for whoever works elsewhere too; Problem as `discharge`.
    """
    check(company, user_id, by)
    alone(company, user_id)
    identity.disable(user_id, by=by, company=company.slug)


def open_login(company: Company, user_id: UUID, *, by: Actor) -> None:
    """Open a login that this company closed: 恢复. What the platform closed, the platform opens. Committed here."""
    check(company, user_id, by)
    alone(company, user_id)
    if closers(db.session(), [user_id]).get(user_id) != company.slug:
        raise Forbidden("这个账号是平台运营停用的，请联系平台运营恢复")
    identity.enable(user_id, by=by)


def check(company: Company, user_id: UUID, by: Actor) -> None:
    """Raise Forbidden unless `by` is an administrator of this company's head office acting on somebody else.

    Problem when nobody would be left to administer.
    """
    if user_id == by.id:
        raise Forbidden("不能办理自己的离职或停用，请由另一位公司管理员操作")
    if by.id is not None and by.id not in admins(company.id):
        raise Forbidden("离职和停用由品质运营中心的公司管理员办理，您可以移出本项目的成员")
    keep_an_admin(company.id, user_id)


def alone(company: Company, user_id: UUID) -> None:
    """Raise Forbidden for a login that is not this company's alone, Problem for none of its members."""
    user = db.session.get(User, user_id)
    query = select(Tenant.company_id).join(Membership, Membership.tenant_id == Tenant.id)
    where = query.where(Membership.user_id == user_id, Membership.ended_at.is_(None))
    companies = set(db.session.scalars(where))
    if user is None or company.id not in companies:
        raise Problem("这位成员已不在本公司，请刷新名单")
    if user.operator or companies != {company.id}:
        raise Forbidden("这个账号不只在本公司使用，请联系平台运营处理；要收回岗位，请用移出或离职")
