"""A person is known by one e-mail address, however many tenants they work in."""

from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saas import clock
from saas.identity.models import User
from saas.mail import address
from saas.problem import Problem

LONGEST_NAME = 40


def tidy_email(written: str) -> str:
    """The address as accounts keep it: bare, lower case. Raises Problem when it is none."""
    try:
        name, bare = address(written.strip())
    except ValueError:
        name, bare = "", ""
    if not bare or name:
        raise Problem("请填写完整的邮箱地址，例如 name@example.com", "email")
    return bare.lower()


def find_or_add(session: Session, email: str, name: str) -> User:
    """The person with this address, added when there is none; parallel calls make one. Raises Problem.

    The name of a known person stays as they are known; who is disabled cannot be taken in anywhere.
    """
    email, name = tidy_email(email), " ".join(name.replace("\x00", "").split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Problem(f"请填写姓名，最多 {LONGEST_NAME} 个字", "name")
    values = {"id": uuid4(), "email": email, "name": name, "created_at": clock.now()}
    session.execute(insert(User).values(**values).on_conflict_do_nothing())
    user = session.scalars(select(User).where(User.email == email)).one()
    if user.disabled_at is not None:
        raise Problem("这个账号已停用，请先请平台运营恢复", "email")
    return user
