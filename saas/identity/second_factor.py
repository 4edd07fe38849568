"""The second factor: time codes (TOTP) that work once, and ten recovery codes for the day the phone is lost.

The secret is kept enciphered (saas/ciphers.py), the recovery codes as hashes: rows alone open nothing.
"""

import hashlib
import hmac
import secrets

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from saas import ciphers, clock
from saas.identity.models import RecoveryCode, User
from saas.problem import Problem

STEP = 30  # seconds, as every authenticator app counts
CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
WRONG = "验证码不正确。请输入验证器里当前显示的 6 位数字；已用过的要等下一个"
LOST = "服务器的密钥换过了，验证码暂时不能核对。请改用恢复码登录；没有恢复码的，请平台运营为您重置两步验证"


def begin(user: User) -> str:
    """Give the person a new secret that counts only once confirmed; returns it. Raises Problem when one is in force."""
    if user.totp_confirmed_at is not None:
        raise Problem("两步验证已经开启。要换手机，请先关闭再重新开启")
    plain = pyotp.random_base32()
    user.totp_secret = ciphers.keys().conceal(plain, user.id.bytes)
    return plain


def secret(user: User) -> str:
    """What the authenticator was given. Raises Problem when this installation has lost the key."""
    try:
        return ciphers.keys().reveal(user.totp_secret or "", user.id.bytes)
    except ciphers.KeyLost:
        raise Problem(LOST, "code") from None


def confirm(session: Session, user: User, code: str) -> list[str]:
    """Put the secret in force when the first code fits; returns the recovery codes, shown once. Raises Problem."""
    if user.totp_secret is None or user.totp_confirmed_at is not None:
        raise Problem("请重新开始设置两步验证")
    if not accept(session, user, code):
        raise Problem(WRONG, "code")
    user.totp_confirmed_at = clock.now()
    return new_codes(session, user)


def accept(session: Session, user: User, code: str) -> bool:
    """True when the time code fits and is newer than the last one taken: a code seen on the way is worth nothing.

    A clock may be off by one step. The UPDATE decides, so of parallel tries one wins. Raises Problem as `secret` does.
    """
    digits = "".join(code.split())
    if user.totp_secret is None or not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return False
    totp, now = pyotp.TOTP(secret(user)), int(clock.now().timestamp()) // STEP
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            taken = session.scalar(
                update(User)
                .where(User.id == user.id, User.totp_last_step < step)
                .values(totp_last_step=step)
                .returning(User.id)
                .execution_options(synchronize_session=False)
            )
            return taken is not None
    return False


def recover(session: Session, user: User, code: str) -> bool:
    """True when this is a recovery code that was never used; it is used up by asking."""
    taken = session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hashed(code), RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(RecoveryCode.user_id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def new_codes(session: Session, user: User) -> list[str]:
    """Ten fresh recovery codes in place of all former ones. Only their hashes are kept (60 random bits each)."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    letters = ["".join(secrets.choice(LETTERS) for _ in range(12)) for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code_hash=_hashed(code)) for code in letters)
    return ["-".join((code[:4], code[4:8], code[8:])) for code in letters]


def codes_left(session: Session, user: User) -> int:
    """How many recovery codes can still be used."""
    query = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def turn_off(session: Session, user: User) -> None:
    """Forget secret and codes. The last step stays: a code is never taken twice."""
    user.totp_secret = user.totp_confirmed_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def address(user: User) -> str:
    """The otpauth address behind the QR code of the set-up page."""
    return pyotp.TOTP(secret(user)).provisioning_uri(name=user.email, issuer_name="邻声")


def _hashed(code: str) -> bytes:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()
