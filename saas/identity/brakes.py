"""The brakes on guessing: sign-in, second factor, and asking for mails."""

from functools import cache

from saas import config
from saas.problem import Problem
from saas.web.limits import Brake


class TooMany(Problem):
    """Too many attempts; `seconds` tells how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"尝试次数过多，请 {-(-seconds // 60)} 分钟后再试")
        self.seconds = seconds


def slow_guessing(account: str, address: str | None) -> None:
    """Count one attempt at a password or code, before it is looked at. Raises TooMany."""
    _count(_brake(config.current(), "10 per 15 minutes", "60 per 15 minutes"), account, address)


def slow_mails(account: str, address: str | None) -> None:
    """Count one request for a mail. Raises TooMany."""
    _count(_brake(config.current(), "4 per 1 hour", "20 per 1 hour"), f"mail:{account}", address)


def forgive(account: str) -> None:
    """Forget an account's attempts after the right answer."""
    _brake(config.current(), "10 per 15 minutes", "60 per 15 minutes").forgive(account)


def _count(brake: Brake, account: str, address: str | None) -> None:
    seconds = brake.hit(account[:320], address or "")
    if seconds:
        raise TooMany(seconds)


@cache
def _made(redis_url: str, secret: str, per_account: str, per_address: str) -> Brake:
    return Brake(redis_url, secret, per_account, per_address)


def _brake(settings: config.Config, per_account: str, per_address: str) -> Brake:
    return _made(settings.redis_url, settings.secret_key, per_account, per_address)
