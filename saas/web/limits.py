"""The login brake: so many attempts per account and per network address in a window of time, then wait."""

import hashlib
import hmac
import ipaddress
import logging
import math
import time
from collections.abc import Callable
from typing import TypeVar

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

log = logging.getLogger("linsheng.brake")
Answer = TypeVar("Answer")


class Brake:
    """Counts attempts in Valkey under keyed hashes: no account and no address can be read there.

    An account is braked wherever the attempts come from, an address whatever account it tries. While Valkey is away
    each process counts in its own memory: people can still sign in, and guessing stays slow, only by the number of
    processes less so. What was counted there is forgotten when Valkey is back.
    """

    def __init__(
        self,
        redis_url: str,
        secret: str,
        per_account: str = "10 per 15 minutes",
        per_address: str = "60 per 15 minutes",
    ) -> None:
        self.secret = secret.encode()
        self.per_account = parse(per_account)
        self.per_address = parse(per_address)
        # wrapped errors are the library's own, whatever the client raises; a second without an answer is "away"
        storage = RedisStorage(
            redis_url.replace("unix://", "redis+unix://") if redis_url.startswith("unix:") else redis_url,
            key_prefix="brake",
            wrap_exceptions=True,
            socket_timeout=1.0,
            socket_connect_timeout=1.0,
        )
        self.shared = MovingWindowRateLimiter(storage)
        self.own = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, account: str, address: str) -> int:
        """Count an attempt before the password is looked at; answer the seconds to wait, 0 when it may go on.

        Counting comes first, so parallel guesses cannot slip through; an attempt that must wait is not counted, so
        waiting does end.
        """
        keys = self.keys(account, address)

        def count(limiter: MovingWindowRateLimiter) -> int:
            free = all(limiter.hit(limit, key) for limit, key in keys)
            return 0 if free else longest_wait(limiter, keys)

        return self.ask(count)

    def blocked_for(self, account: str, address: str) -> int:
        """Seconds until the next attempt may be made, 0 when now; counts nothing."""
        keys = self.keys(account, address)
        return self.ask(lambda limiter: longest_wait(limiter, keys))

    def forgive(self, account: str) -> None:
        """Forget an account's attempts after a right password. Its address stays counted: it may be trying others."""
        key = self.hashed("account", account.strip().casefold())
        self.ask(lambda limiter: limiter.clear(self.per_account, key))

    def keys(self, account: str, address: str) -> list[tuple[RateLimitItem, str]]:
        """The limits of this attempt and the hashed names under which they are counted.

        The address comes first: what a braked address tries does not use up the attempts of the account.
        """
        return [
            (self.per_address, self.hashed("address", network(address))),
            (self.per_account, self.hashed("account", account.strip().casefold())),
        ]

    def hashed(self, kind: str, value: str) -> str:
        """A name that only who knows the secret can connect with a person."""
        text = f"{kind}:{value}".encode("utf-8", "replace")
        return hmac.digest(self.secret, text, hashlib.sha256).hex()[:40]

    def ask(self, question: Callable[[MovingWindowRateLimiter], Answer]) -> Answer:
        """Ask Valkey, or this process's memory while Valkey is away."""
        try:
            return question(self.shared)
        except StorageError as failure:
            log.warning("login brake counts in memory: %s", type(failure.storage_error).__name__)
            return question(self.own)


def longest_wait(limiter: MovingWindowRateLimiter, keys: list[tuple[RateLimitItem, str]]) -> int:
    """Whole seconds until every limit has room again."""
    waits = [0.0]
    for limit, key in keys:
        window = limiter.get_window_stats(limit, key)
        if window.remaining <= 0:
            waits.append(window.reset_time - time.time())
    return max(math.ceil(max(waits)), 1) if len(waits) > 1 else 0


def network(address: str) -> str:
    """What one subscriber can hold: the IPv4 address, or the /64 of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)
