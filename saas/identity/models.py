"""People, their memberships, and the sessions they hold. Platform rows: a tenant never sees them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, BigInteger, DateTime, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.tenancy.models import Tenant

PLATFORM = {"schema": "platform"}
Moment = DateTime(timezone=True)


class User(Model):
    """A person with a login, in any number of tenants."""

    __tablename__ = "users"
    __table_args__ = PLATFORM

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    operator: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)


class RecoveryCode(Model):
    """A code that replaces the second factor once."""

    __tablename__ = "recovery_codes"
    __table_args__ = PLATFORM

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Membership(Model):
    """Roles of a person in one tenant (A2). Ended, never deleted."""

    __tablename__ = "memberships"
    __table_args__ = PLATFORM

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey(Tenant.id), primary_key=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    since: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class SessionRow(Model):
    """A signed-in browser. Only the token's hash is kept; ending it works at once."""

    __tablename__ = "sessions"
    __table_args__ = PLATFORM

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    passed_totp: Mapped[bool] = mapped_column(default=False)
    browser: Mapped[str] = mapped_column(default="")


class OneTimeLink(Model):
    """An invitation or password-reset link sent by mail."""

    __tablename__ = "one_time_links"
    __table_args__ = PLATFORM

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class MailAttempt(Model):
    """One try to mail an invitation or a reset, committed before the send. `asked_by`: the outbox row."""

    __tablename__ = "mail_attempts"
    __table_args__ = PLATFORM

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    asked_by: Mapped[UUID]
    nth: Mapped[int]
    purpose: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    message_id: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Moment)


class MailOutcome(Model):
    """How a try ended: accepted, refused for now, rejected for good, or unknown."""

    __tablename__ = "mail_outcomes"
    __table_args__ = PLATFORM

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey(MailAttempt.id), primary_key=True)
    outcome: Mapped[str]
    code: Mapped[int]
    ended_at: Mapped[datetime] = mapped_column(Moment)
