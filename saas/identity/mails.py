"""Mails with a one-time link. The token is made here, where the mail is written, and goes nowhere else.

Every try is a row committed before the send; how it ended is another (promise 4).
"""

from email.message import EmailMessage
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saas import clock, config
from saas.db import separate_session
from saas.identity import links
from saas.identity.models import MailAttempt, MailOutcome, Membership, User
from saas.mail import Accepted, Outcome, Refused, compose, new_message_id, send
from saas.mail.delivery import server
from saas.tenancy.models import Company, Tenant

INVITATION = """{name}，您好：

{who}邀请您使用邻声。请在 7 天内打开下面的链接，设置密码后即可登录：

{link}

登录账号：{email}
链接只能使用一次。如果您不认识邀请方，请忽略这封邮件。
"""
RESET = """{name}，您好：

有人为您的邻声账号申请了重设密码。请在 1 小时内打开下面的链接，设置新密码：

{link}

链接只能使用一次。如果不是您本人申请，请忽略这封邮件，密码不会改变。
"""


class NotTaken(RuntimeError):
    """The mail server did not take the mail; asking again may help."""


def send_invitation(user_id: str, *, asked_by: str = "") -> None:
    """Mail an invitation (job `identity.invite`). Raises NotTaken; does nothing for who needs none."""
    with separate_session() as session:
        user = session.get(User, UUID(user_id))
        if user is None or user.disabled_at is not None or user.password_hash is not None:
            return
        companies = session.scalars(
            select(Company.name)
            .join(Tenant, Tenant.company_id == Company.id)
            .join(Membership, Membership.tenant_id == Tenant.id)
            .where(Membership.user_id == user.id, Membership.ended_at.is_(None))
            .distinct()
        ).all()
        attempt = claim(session, user, links.INVITATION, asked_by)
        if attempt is None:
            return
        link = f"{config.current().base_url}/invitation/{links.make(session, user.id, links.INVITATION)}"
        text = INVITATION.format(name=user.name, who="、".join(companies), link=link, email=user.email)
        mail = written(user, "邀请您使用邻声", text, attempt.message_id)
        key = attempt.id
    deliver(key, mail)


def send_reset(user_id: str, *, asked_by: str = "") -> None:
    """Mail a password-reset link (job `identity.reset`). Raises NotTaken; does nothing for unknown people."""
    with separate_session() as session:
        user = session.get(User, UUID(user_id))
        if user is None or user.disabled_at is not None:
            return
        attempt = claim(session, user, links.RESET, asked_by)
        if attempt is None:
            return
        link = f"{config.current().base_url}/reset/{links.make(session, user.id, links.RESET)}"
        mail = written(user, "重设邻声密码", RESET.format(name=user.name, link=link), attempt.message_id)
        key = attempt.id
    deliver(key, mail)


def claim(session: Session, user: User, purpose: str, asked_by: str) -> MailAttempt | None:
    """A new try of what was asked for, to be committed before the send; None when it may have gone out (promise 4).

    A try without an outcome was left by a worker that died: 结果不明, written down and never repeated by itself.
    ValueError for an unusable address of the mail server, before there is any try.
    """
    server(config.current().smtp_url)
    asked = UUID(asked_by) if asked_by else uuid4()
    query = select(MailAttempt, MailOutcome.outcome).outerjoin(MailOutcome).where(MailAttempt.asked_by == asked)
    earlier = session.execute(query).all()
    for attempt, outcome in earlier:
        if outcome is None:
            note(session, attempt.id, "unknown")
    if any(outcome != "refused" for _, outcome in earlier):
        return None
    made = MailAttempt(
        asked_by=asked, nth=len(earlier) + 1, purpose=purpose, user_id=user.id, message_id=new_message_id(),
        started_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def written(user: User, subject: str, text: str, message_id: str) -> EmailMessage:
    """The mail to a person."""
    to = f"{user.name} <{user.email}>" if not set(user.name) & set("<>") else user.email
    return compose(to, subject, text, message_id=message_id, sender=config.current().mail_from)


def deliver(attempt_id: UUID, mail: EmailMessage) -> None:
    """Hand over one mail and note how that ended. Raises NotTaken when the server wants it again later."""
    outcome = send(mail, config.current().smtp_url)
    with separate_session() as session:
        note(session, attempt_id, *judged(outcome))
    if isinstance(outcome, Refused) and not outcome.permanent:
        raise NotTaken(f"mail server answered {outcome.code}")


def judged(outcome: Outcome) -> tuple[str, int]:
    """An outcome in our words, with the server's code."""
    if isinstance(outcome, Accepted):
        return "accepted", outcome.code
    if isinstance(outcome, Refused):
        return ("rejected" if outcome.permanent else "refused"), outcome.code
    return "unknown", 0


def note(session: Session, attempt_id: UUID, outcome: str, code: int = 0) -> None:
    """Write down once how a try ended."""
    values = {"attempt_id": attempt_id, "outcome": outcome, "code": code, "ended_at": clock.now()}
    session.execute(insert(MailOutcome).values(**values).on_conflict_do_nothing())


__all__ = ["NotTaken", "send_invitation", "send_reset"]
