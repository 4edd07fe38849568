"""Mails with a one-time link. The token is made here, where the mail is written, and goes nowhere else."""

from uuid import UUID

from sqlalchemy import select

from saas import config
from saas.db import separate_session
from saas.identity import links
from saas.identity.models import Membership, User
from saas.mail import Accepted, Outcome, Refused, compose, new_message_id, send
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


def send_invitation(user_id: str) -> None:
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
        link = f"{config.current().base_url}/invitation/{links.make(session, user.id, links.INVITATION)}"
        text = INVITATION.format(name=user.name, who="、".join(companies), link=link, email=user.email)
        name, email = user.name, user.email
    deliver(name, email, "邀请您使用邻声", text)


def send_reset(user_id: str) -> None:
    """Mail a password-reset link (job `identity.reset`). Raises NotTaken; does nothing for unknown people."""
    with separate_session() as session:
        user = session.get(User, UUID(user_id))
        if user is None or user.disabled_at is not None:
            return
        link = f"{config.current().base_url}/reset/{links.make(session, user.id, links.RESET)}"
        text = RESET.format(name=user.name, link=link)
        name, email = user.name, user.email
    deliver(name, email, "重设邻声密码", text)


def deliver(name: str, email: str, subject: str, text: str) -> Outcome:
    """Hand over one mail. An unknown outcome is left alone: the person can ask for another link."""
    settings = config.current()
    to = f"{name} <{email}>" if not set(name) & set("<>") else email
    mail = compose(to, subject, text, message_id=new_message_id(), sender=settings.mail_from)
    outcome = send(mail, settings.smtp_url)
    if isinstance(outcome, Refused) and not outcome.permanent:
        raise NotTaken(f"mail server answered {outcome.code}")
    return outcome


__all__ = ["Accepted", "NotTaken", "send_invitation", "send_reset"]
