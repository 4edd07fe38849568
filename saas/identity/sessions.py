"""Server-side sessions: opened at sign-in, dead at once on sign-out, password change or disabling."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from saas import clock
from saas.db import separate_session
from saas.identity.models import SessionRow
from saas.tenancy import Visit, digest

LIFETIME = timedelta(days=14)
HALF_LIFETIME = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=5)


def open_session(
    session: Session, user_id: UUID, *, passed_totp: bool = False, lifetime: timedelta = LIFETIME, browser: str = ""
) -> str:
    """Open a session and return its token; the token itself is never stored.

    A session that still waits for the second factor is opened with `HALF_LIFETIME`.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(
        SessionRow(
            token_hash=digest(token),
            user_id=user_id,
            created_at=now,
            seen_at=now,
            expires_at=now + lifetime,
            passed_totp=passed_totp,
            browser=browser,
        )
    )
    return token


def end_session(session: Session, token: str) -> None:
    """Sign out this browser."""
    session.execute(update(SessionRow).where(SessionRow.token_hash == digest(token)).values(ended_at=clock.now()))


def end_all_sessions(session: Session, user_id: UUID, *, but: str = "") -> None:
    """Sign a person out everywhere, except in the browser that bears the token `but`."""
    session.execute(
        update(SessionRow)
        .where(SessionRow.user_id == user_id, SessionRow.ended_at.is_(None), SessionRow.token_hash != digest(but))
        .values(ended_at=clock.now())
    )


def note_seen(visit: Visit, token: str) -> None:
    """Move `seen_at`, at most every five minutes, in a transaction of its own beside the tenant's."""
    now = clock.now()
    if visit.seen_at is None or now - visit.seen_at < SEEN_EVERY or (visit.totp and not visit.passed_totp):
        return
    with separate_session() as session:
        session.execute(
            update(SessionRow)
            .where(SessionRow.token_hash == digest(token), SessionRow.ended_at.is_(None))
            .values(seen_at=now, expires_at=now + LIFETIME)
        )
