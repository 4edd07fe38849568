"""Companies, their projects and people as lists. Platform rows are read by a short unswitched Session of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from saas.db import db, separate_session
from saas.events import Event
from saas.identity.models import MailAttempt, MailOutcome, Membership, User
from saas.tenancy import enter
from saas.tenancy.models import PROJECT, Company, Tenant
from saas.tenancy.staff import Profile, Staff

PLATFORM = "平台"
CLOSERS = text(
    "SELECT DISTINCT ON (subject_id) subject_id, data->>'company' FROM platform.events"
    " WHERE subject_type = 'users' AND subject_id = ANY(:ids) AND name = 'user.disabled'"
    " ORDER BY subject_id, occurred_at DESC, recorded_at DESC"
)


@dataclass(frozen=True)
class CompanyLine:
    """A company with the size of its house."""

    name: str
    slug: str
    created_at: datetime
    projects: int
    people: int


@dataclass(frozen=True)
class ProjectLine:
    """A project of a company."""

    name: str
    slug: str
    created_at: datetime | None
    fee_basis: str
    handed_over_on: date | None
    people: int


@dataclass(frozen=True)
class Described:
    """A project with what the head office says of it; `last` is the event by which that changed last."""

    schema: str
    slug: str
    name: str
    profile: Profile
    last: Event | None


def companies(words: str = "", *, limit: int = 50, offset: int = 0) -> tuple[list[CompanyLine], int]:
    """Companies whose name or slug holds `words`, the newest first, and how many there are in all."""
    projects = select(func.count()).where(Tenant.company_id == Company.id, Tenant.kind == PROJECT).scalar_subquery()
    people = (
        select(func.count(Membership.user_id.distinct()))
        .join(Tenant, Tenant.id == Membership.tenant_id)
        .where(Tenant.company_id == Company.id, Membership.ended_at.is_(None))
        .scalar_subquery()
    )
    query, words = select(Company), plain(words)
    if words:
        query = query.where(or_(Company.name.icontains(words, autoescape=True), Company.slug.startswith(words.lower())))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.execute(
        query.add_columns(projects, people).order_by(Company.created_at.desc(), Company.id).limit(limit).offset(offset)
    )
    return [CompanyLine(c.name, c.slug, c.created_at, n, m) for c, n, m in rows], total


def projects(company_slug: str) -> list[ProjectLine]:
    """The projects of one company, by name. Asked from inside its head office, so in a Session of its own."""
    people = (
        select(func.count())
        .where(Membership.tenant_id == Tenant.id, Membership.ended_at.is_(None))
        .correlate(Tenant)
        .scalar_subquery()
    )
    query = (
        select(Tenant.name, Tenant.slug, Tenant.claimed_at, Tenant.fee_basis, Tenant.handed_over_on, people)
        .join(Company, Company.id == Tenant.company_id)
        .where(Company.slug == company_slug, Tenant.kind == PROJECT)
        .order_by(Tenant.name, Tenant.id)
    )
    with separate_session() as session:
        return [ProjectLine(str(name), str(slug), *rest) for name, slug, *rest in session.execute(query)]


def project(company_slug: str, slug: str) -> Described | None:
    """One project of a company as its own profile tells it, read inside it by a Session of its own."""
    query = (
        select(Tenant.schema_name, Tenant.name)
        .join(Company, Company.id == Tenant.company_id)
        .where(Company.slug == company_slug, Tenant.slug == slug, Tenant.kind == PROJECT)
    )
    with separate_session() as session:
        found = session.execute(query).one_or_none()
        if found is None:
            return None
        enter(session, found.schema_name)
        profile = session.scalars(select(Profile)).one()
        told = select(Event).where(Event.subject_type == Profile.__tablename__, Event.subject_id == profile.id)
        last = session.scalars(told.order_by(Event.occurred_at.desc()).limit(1)).first()
        session.expunge_all()
    return Described(found.schema_name, slug, str(found.name), profile, last)


@dataclass(frozen=True)
class Member:
    """Somebody of the tenant that was entered. `closed`: who closed the login, a company's slug or 平台; else empty."""

    id: UUID
    name: str
    email: str
    roles: list[str]
    since: datetime
    closed: str = ""


def members(tenant_id: int) -> list[Member]:
    """The people of the tenant that was entered, those taken in first on top; whose login is closed among them."""
    closed = closed_logins(tenant_id)
    query = select(Staff).where(or_(Staff.ended_at.is_(None), Staff.id.in_(closed)))
    return [_member(each, closed) for each in db.session.scalars(query.order_by(Staff.since, Staff.id))]


def member(tenant_id: int, staff_id: UUID) -> Member | None:
    """A present member of the tenant that was entered, or one whose login is closed."""
    found = db.session.get(Staff, staff_id)
    closed = closed_logins(tenant_id) if found is not None and found.ended_at is not None else {}
    return None if found is None or (found.ended_at and found.id not in closed) else _member(found, closed)


def _member(found: Staff, closed: Mapping[UUID, tuple[list[str], str]]) -> Member:
    roles, by = closed.get(found.id, (found.roles, ""))
    return Member(found.id, found.name, found.email, roles, found.since, by)


def closed_logins(tenant_id: int) -> dict[UUID, tuple[list[str], str]]:
    """The members of a tenant whose login is closed: their roles, and who closed it. In a Session of its own."""
    query = (
        select(Membership.user_id, Membership.roles)
        .join(User, User.id == Membership.user_id)
        .where(Membership.tenant_id == tenant_id, Membership.ended_at.is_(None), User.disabled_at.is_not(None))
    )
    with separate_session() as session:
        held = {user_id: list(roles) for user_id, roles in session.execute(query)}
        by = closers(session, held) if held else {}
    return {user_id: (roles, by.get(user_id) or PLATFORM) for user_id, roles in held.items()}


def closers(session: Session, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Which company (by its slug) closed these logins last; an empty text for the platform."""
    rows = session.execute(CLOSERS, {"ids": [str(each) for each in user_ids]})
    return {UUID(user_id): company or "" for user_id, company in rows}


def invitation_troubles(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Who has not accepted yet and whose last invitation mail did not arrive for sure: `rejected` or `unknown`."""
    outcomes = (
        select(MailAttempt.user_id, MailOutcome.outcome)
        .join(MailOutcome, MailOutcome.attempt_id == MailAttempt.id)
        .join(User, User.id == MailAttempt.user_id)
        .where(MailAttempt.user_id.in_(list(user_ids)), MailAttempt.purpose == "invitation")
        .where(User.password_hash.is_(None))
        .order_by(MailAttempt.started_at, MailAttempt.nth)
    )
    with separate_session() as session:
        last = dict(session.execute(outcomes).all())
    return {user_id: outcome for user_id, outcome in last.items() if outcome in ("rejected", "unknown")}


def people(words: str, *, limit: int = 30) -> list[tuple[User, list[str]]]:
    """Logins whose name or e-mail holds `words`, with the companies they work for."""
    words = plain(words)
    if not words:
        return []
    query = select(User).where(
        or_(User.name.icontains(words, autoescape=True), User.email.icontains(words, autoescape=True))
    )
    users = db.session.scalars(query.order_by(User.name, User.id).limit(limit)).all()
    rows = db.session.execute(
        select(Membership.user_id, Company.name)
        .join(Tenant, Tenant.id == Membership.tenant_id)
        .join(Company, Company.id == Tenant.company_id)
        .where(Membership.user_id.in_([u.id for u in users]), Membership.ended_at.is_(None))
        .distinct()
    ).all()
    return [(user, sorted(name for user_id, name in rows if user_id == user.id)) for user in users]


def plain(words: str) -> str:
    """Search words as the database takes them."""
    return words.replace("\x00", "").strip()[:80]
