"""Sign in, set and change passwords, turn the second factor on and off. Every change is one platform event."""

from contextlib import suppress
from uuid import UUID, uuid4

from sqlalchemy import select, update

from saas import clock
from saas.companies import history, members
from saas.db import db, separate_session
from saas.identity import links, passwords, second_factor
from saas.identity.actor import Actor, Forbidden
from saas.identity.models import SessionRow, User
from saas.identity.people import find_or_add, tidy_email
from saas.identity.sessions import end_all_sessions, end_session, open_session
from saas.jobs import enqueue
from saas.problem import Problem


def actor_of(user: User) -> Actor:
    """The person acting for themself, outside every tenant."""
    return Actor(user.id, user.name)


def authenticate(email: str, password: str) -> User | None:
    """The person with this password, or None: unknown, disabled, not yet accepted and wrong take equally long."""
    user = None
    with suppress(Problem):
        user = db.session.scalar(select(User).where(User.email == tidy_email(email), User.disabled_at.is_(None)))
    kept = user.password_hash if user else None
    if not passwords.matches(kept, password) or user is None or kept is None:
        return None
    if passwords.outdated(kept):
        user.password_hash = passwords.hashed(password)
    return user


def sign_in(user: User, *, browser: str, passed_totp: bool = False) -> str:
    """Open a full session and return its token."""
    history.record("user.signed_in", "users", str(user.id), actor_of(user), browser=browser)
    return open_session(db.session(), user.id, passed_totp=passed_totp, browser=browser)


def ask_for_reset(email: str) -> None:
    """Ask for a reset mail. An unknown address leaves the same trace as a known one, and no mail."""
    user_id = None
    with suppress(Problem):
        user_id = db.session.scalar(select(User.id).where(User.email == tidy_email(email), User.disabled_at.is_(None)))
    enqueue("identity.reset", str(user_id or uuid4()))


def set_password(user: User, password: str, *, by: Actor, keep: str = "") -> None:
    """Set a password and end every session but the one that bears the token `keep`. Raises Problem."""
    passwords.check_new(password, user.email)
    user.password_hash = passwords.hashed(password)
    end_all_sessions(db.session(), user.id, but=keep)
    history.record("user.password_set", "users", str(user.id), by)


def change_password(user: User, old: str, new: str, *, keep: str) -> None:
    """Change one's own password. Raises Problem when the old one is wrong or the new one may not be."""
    check_password(user, old, "old")
    if old == new:
        raise Problem("新密码与当前密码相同，请换一个", "password")
    set_password(user, new, by=actor_of(user), keep=keep)


def check_password(user: User, password: str, field: str = "password") -> None:
    """Raise Problem unless this is the person's password."""
    if not passwords.matches(user.password_hash, password):
        raise Problem("当前密码不正确，请重新输入", field)


def accept_link(token: str, purpose: str, password: str) -> User:
    """Use an invitation or reset link: the password is set, every session ends. Raises DeadLink or Problem."""
    user = links.bearer(db.session(), token, purpose)
    if user is not None:
        passwords.check_new(password, user.email)  # before the link is used up
    user = links.use(db.session(), token, purpose)
    set_password(user, password, by=actor_of(user))
    return user


def turn_on_second_factor(user: User, code: str, *, keep: str) -> list[str]:
    """Confirm the second factor; other sessions end, this one has passed it. Returns the recovery codes."""
    codes = second_factor.confirm(db.session(), user, code)
    end_all_sessions(db.session(), user.id, but=keep)
    db.session.execute(
        update(SessionRow).where(SessionRow.user_id == user.id, SessionRow.ended_at.is_(None)).values(passed_totp=True)
    )
    history.record("user.second_factor_on", "users", str(user.id), actor_of(user))
    return codes


def turn_off_second_factor(user: User, password: str) -> None:
    """Turn the second factor off. Raises Problem when the password is wrong."""
    check_password(user, password)
    second_factor.turn_off(db.session(), user)
    history.record("user.second_factor_off", "users", str(user.id), actor_of(user))


def reset_second_factor(user_id: UUID, *, by: Actor) -> None:
    """Turn off the second factor of somebody who lost phone and recovery codes; every session ends. Raises Problem."""
    user = db.session.get_one(User, user_id)
    if user.totp_confirmed_at is None:
        raise Problem("这个账号没有开启两步验证，不需要重置")
    second_factor.turn_off(db.session(), user)
    end_all_sessions(db.session(), user_id)
    history.record("user.second_factor_reset", "users", str(user_id), by)


def renew_codes(user: User, password: str) -> list[str]:
    """Ten new recovery codes; the former ones are dead. Raises Problem."""
    check_password(user, password)
    if user.totp_confirmed_at is None:
        raise Problem("请先开启两步验证")
    history.record("user.recovery_codes_renewed", "users", str(user.id), actor_of(user))
    return second_factor.new_codes(db.session(), user)


def pass_second_factor(user: User, code: str, *, half: str, browser: str) -> str:
    """Trade a half session for a full one by a time code or a recovery code. Raises Problem when the code is wrong."""
    if not second_factor.accept(db.session(), user, code):
        if not second_factor.recover(db.session(), user, code):
            raise Problem(second_factor.WRONG, "code")
        history.record("user.recovery_code_used", "users", str(user.id), actor_of(user))
    end_session(db.session(), half)
    return sign_in(user, browser=browser, passed_totp=True)


def disable(user_id: UUID, *, by: Actor, company: str = "") -> None:
    """Close a person's login everywhere: every session dies at once, and no tenant counts them among its staff.

    `company` is the slug of the company that closed it, empty when the platform did: who closes may open again.
    Committed here, the login first and then each tenant in its own transaction; repeated after a crash it completes.
    Raises Forbidden for oneself.
    """
    if user_id == by.id:
        raise Forbidden("不能停用自己的账号，请由另一位平台运营人员操作")
    with separate_session() as session:  # at once: the tenants' own transactions, which follow, must see it
        closed = update(User).where(User.id == user_id, User.disabled_at.is_(None)).values(disabled_at=clock.now())
        if session.scalar(closed.returning(User.id)):
            end_all_sessions(session, user_id)
            history.record("user.disabled", "users", str(user_id), by, session=session, company=company)
    members.restand(user_id)


def enable(user_id: UUID, *, by: Actor) -> None:
    """Open a disabled login again, with every membership that was not ended meanwhile. Committed as in `disable`."""
    with separate_session() as session:
        opened = update(User).where(User.id == user_id, User.disabled_at.is_not(None)).values(disabled_at=None)
        if session.scalar(opened.returning(User.id)):
            history.record("user.enabled", "users", str(user_id), by, session=session)
    members.restand(user_id)


def appoint_operator(email: str, name: str, *, by: Actor) -> User:
    """Make a person 平台运营 (platform_operator); new people are invited by mail. Raises Problem."""
    user = find_or_add(db.session(), email, name)
    user.operator = True
    history.record("operator.appointed", "users", str(user.id), by)
    if user.password_hash is None:
        enqueue("identity.invite", str(user.id))
    return user
