"""Passwords: argon2id, an equal answer for unknown accounts, and few rules that say what to do."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from saas.problem import Problem

SHORTEST, LONGEST = 10, 200
# What is tried first everywhere; lower case. Longer lists buy little once the login brake counts.
COMMON = frozenset(
    """
    1234567890 0123456789 12345678910 123456789a a123456789 1234567890a qwertyuiop qwerty12345 1q2w3e4r5t
    1qaz2wsx3edc password12 password123 passw0rd123 admin12345 administrator abc1234567 abcd123456 woaini1314
    woaini5201314 5201314520 iloveyou123 letmein1234 welcome123 linsheng123 wuye123456 qq123456789 zxcvbnm123
    aa123456789
    """.split()  # noqa: SIM905
)
# OWASP's choice for one core and 19 MiB: several people signing in at once must not starve a small server.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> str:
    """The argon2id hash to keep, with its own salt and parameters."""
    return HASHER.hash(_bytes(password))


def matches(kept: str | None, password: str) -> bool:
    """True when the password is right. Without a hash it takes just as long and is false: nobody learns who exists."""
    try:
        return HASHER.verify(kept or _nobodys(), _bytes(password)[: LONGEST * 4]) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """True when the hash was made with weaker parameters than today's."""
    return HASHER.check_needs_rehash(kept)


def check_new(password: str, email: str) -> None:
    """Raise Problem, saying what to do, when this may not become somebody's password."""
    bare = password.strip().lower()
    if len(password) < SHORTEST:
        raise Problem(f"密码至少 {SHORTEST} 位，可以用一句话或几个不相关的词", "password")
    if len(password) > LONGEST:
        raise Problem(f"密码最多 {LONGEST} 位，请缩短一些", "password")
    if bare in (email.lower(), email.lower().partition("@")[0]):
        raise Problem("密码不能与邮箱相同，请换一个", "password")
    if bare in COMMON or len(set(bare)) < 4:
        raise Problem("这个密码太常见，容易被猜中，请换一句只有您知道的话", "password")


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody's password")


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "replace")
