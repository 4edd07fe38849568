"""One-time links sent by mail: invitation and password reset. The token is in the mail only, its hash in the table."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from saas import clock
from saas.identity.models import OneTimeLink, User
from saas.problem import Problem
from saas.tenancy import digest

INVITATION, RESET = "invitation", "reset"
LIFETIMES = {INVITATION: timedelta(days=7), RESET: timedelta(hours=1)}


class DeadLink(Problem):
    """The link was used, has expired, or never was one."""


def make(session: Session, user_id: UUID, purpose: str) -> str:
    """Create a link of this purpose and return its token. Using any link of a person ends all of them."""
    token, now = secrets.token_urlsafe(32), clock.now()
    until = now + LIFETIMES[purpose]
    link = OneTimeLink(token_hash=digest(token), purpose=purpose, user_id=user_id, created_at=now, expires_at=until)
    session.add(link)
    session.flush()
    return token


def bearer(session: Session, token: str, purpose: str) -> User | None:
    """Whose living link this is, without using it."""
    return session.scalar(
        select(User)
        .join(OneTimeLink, OneTimeLink.user_id == User.id)
        .where(OneTimeLink.token_hash == digest(token), OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None))
        .where(OneTimeLink.expires_at > clock.now(), User.disabled_at.is_(None))
    )


def use(session: Session, token: str, purpose: str) -> User:
    """Use a link once, also when it is sent many times at the same moment. Raises DeadLink."""
    user = bearer(session, token, purpose)
    taken = session.scalar(
        update(OneTimeLink)
        .where(OneTimeLink.token_hash == digest(token), OneTimeLink.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(OneTimeLink.user_id)
    )
    if user is None or taken is None:
        raise DeadLink("这个链接已使用或已过期，请重新申请")
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None))
        .values(used_at=clock.now())
    )
    return user
