"""The only doors into a tenant. Each is one query that checks and switches; afterwards the platform cannot be read."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from saas import clock
from saas.db import note_entered

# set_config is evaluated once per row found, and there is at most one: (company slug, tenant slug) is unique.
# MATERIALIZED: five tables joined in a fixed order; to look for the best one takes longer than to read them.
MEMBER = text("""
WITH bearer AS MATERIALIZED (
    SELECT u.id AS user_id, u.name, u.email, u.operator, s.seen_at, s.passed_totp,
           u.totp_confirmed_at IS NOT NULL AS totp
    FROM platform.sessions s JOIN platform.users u ON u.id = s.user_id AND u.disabled_at IS NULL
    WHERE s.token_hash = :token AND s.expires_at > :now AND s.ended_at IS NULL
), place AS MATERIALIZED (
    SELECT t.id AS tenant_id, t.schema_name, t.kind, t.slug, t.name AS tenant_name, c.slug AS company_slug,
           c.name AS company_name, t.pack
    FROM platform.companies c JOIN platform.tenants t ON t.company_id = c.id
    WHERE c.slug = :company AND t.slug = :project
)
SELECT bearer.*, place.*, m.roles,
       CASE WHEN :switch THEN set_config('role', place.schema_name, true) END AS entered
FROM bearer CROSS JOIN place
JOIN platform.memberships m
    ON m.tenant_id = place.tenant_id AND m.user_id = bearer.user_id AND m.ended_at IS NULL
""")

PERSON = text("""
SELECT u.id AS user_id, u.name, u.email, u.operator, s.seen_at, s.passed_totp, u.totp_confirmed_at IS NOT NULL AS totp
FROM platform.sessions s JOIN platform.users u ON u.id = s.user_id AND u.disabled_at IS NULL
WHERE s.token_hash = :token AND s.expires_at > :now AND s.ended_at IS NULL
""")

PUBLIC = text("""
SELECT l.kind, l.object_id, t.id AS tenant_id, t.schema_name, t.name AS tenant_name, t.slug, c.slug AS company_slug,
       c.name AS company_name, t.pack, set_config('role', t.schema_name, true) AS entered
FROM platform.public_links l
JOIN platform.tenants t ON t.id = l.tenant_id JOIN platform.companies c ON c.id = t.company_id
WHERE l.token_hash = :token AND l.kind = :kind AND l.ended_at IS NULL
  AND (l.expires_at IS NULL OR l.expires_at > :now)
""")


@dataclass(frozen=True)
class Visit:
    """Who came in, and where they are. Without a tenant (`schema` empty) only platform pages may be shown."""

    user_id: UUID | None
    name: str
    email: str = ""
    operator: bool = False
    seen_at: datetime | None = None
    passed_totp: bool = False
    totp: bool = False
    roles: frozenset[str] = frozenset()
    tenant_id: int = 0
    schema: str = ""
    kind: str = ""
    company: str = ""
    company_name: str = ""
    project: str = ""
    project_name: str = ""
    pack: str = "property"
    link_kind: str = ""
    object_id: UUID | None = None


def digest(token: str) -> bytes:
    """What is kept of a token; the token itself lives only with its bearer."""
    return hashlib.sha256(token.encode()).digest()


def enter_as_member(session: Session, token: str, company: str, project: str, *, switch: bool = True) -> Visit | None:
    """Authenticate the session, check the membership and switch, in one query. None: unknown, expired or no member."""
    row = session.execute(
        MEMBER, {"token": digest(token), "company": company, "project": project, "now": clock.now(), "switch": switch}
    ).one_or_none()
    if row is None:
        return None
    if switch:
        note_entered(session, row.schema_name)
    return Visit(
        user_id=row.user_id, name=row.name, email=row.email, operator=row.operator, seen_at=row.seen_at,
        passed_totp=row.passed_totp, totp=row.totp, roles=frozenset(row.roles), tenant_id=row.tenant_id,
        schema=row.schema_name, kind=row.kind, company=row.company_slug, company_name=row.company_name,
        project=row.slug, project_name=row.tenant_name, pack=row.pack,
    )  # fmt: skip


def identify(session: Session, token: str) -> Visit | None:
    """Who bears this token, without entering any tenant (login, picker, operator pages)."""
    row = session.execute(PERSON, {"token": digest(token), "now": clock.now()}).one_or_none()
    if row is None:
        return None
    return Visit(
        user_id=row.user_id, name=row.name, email=row.email, operator=row.operator, seen_at=row.seen_at,
        passed_totp=row.passed_totp, totp=row.totp,
    )  # fmt: skip


def enter_by_link(session: Session, token: str, kind: str) -> Visit | None:
    """Enter by a public link of this kind. None: unknown, ended or expired."""
    row = session.execute(PUBLIC, {"token": digest(token), "kind": kind, "now": clock.now()}).one_or_none()
    if row is None:
        return None
    note_entered(session, row.schema_name)
    return Visit(
        user_id=None, name="客户", tenant_id=row.tenant_id, schema=row.schema_name, company=row.company_slug,
        company_name=row.company_name, project=row.slug, project_name=row.tenant_name, pack=row.pack,
        link_kind=row.kind, object_id=row.object_id,
    )  # fmt: skip


def enter(session: Session, schema: str) -> None:
    """Enter a tenant that the caller has already established (worker doors, a claim in the same transaction).

    Raises AlreadyEntered when the Session serves another tenant, ValueError when it is no tenant's name.
    """
    note_entered(session, schema)
    if session.in_transaction():
        session.execute(text(f'SET LOCAL ROLE "{schema}"'))
