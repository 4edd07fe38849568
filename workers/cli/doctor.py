"""`bin/manage doctor`: is everything in order? Each line is one check; exit 1 when one fails."""

import argparse
from collections.abc import Iterator
from typing import Any

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from saas.config import PROCESSES, Config
from saas.tenancy import guards, migrate

FEW_SPARES = 2


def register(commands: Any) -> None:
    """Add the group."""
    made = commands.add_parser("doctor", help="检查数据库、权限、版本、队列 / check database, guards, versions, queue")
    made.set_defaults(run=run)


def run(_wanted: argparse.Namespace) -> int:
    """Print every check; 1 when one fails."""
    found = list(checks(Config.load()))
    for name, trouble in found:
        print(f"{'!!' if trouble else 'ok'}  {name}{': ' + trouble if trouble else ''}")
    return 1 if any(trouble for _, trouble in found) else 0


def checks(config: Config) -> Iterator[tuple[str, str]]:
    """Each check with its trouble, empty when all is well."""
    for process in PROCESSES:
        yield f"login {process}", _login(config.dsns.get(process, ""))
    for process in ("app", "worker"):
        yield f"guards {process}", _guards(config.dsns.get(process, ""))
    yield from _tenants(config.dsns.get("app", ""))
    yield "valkey", _valkey(config.redis_url)
    yield "mail", "" if config.smtp_url else "SMTP_URL is not set: no mail can be sent"


def _login(dsn: str) -> str:
    if not dsn:
        return "no DSN: run `bin/manage bootstrap`"
    try:
        psycopg.connect(dsn, connect_timeout=5).close()
    except psycopg.Error as failure:
        return str(failure).strip().splitlines()[0]
    return ""


def _guards(dsn: str) -> str:
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
            lost = guards.missing(connection)
    except psycopg.Error as failure:
        return str(failure).strip().splitlines()[0]
    return "; ".join(lost) + " — run `bin/manage bootstrap`" if lost else ""


def _tenants(dsn: str) -> Iterator[tuple[str, str]]:
    newest = migrate.latest()
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE version < %s), count(*) FILTER (WHERE version > %s),"
                " count(*) FILTER (WHERE company_id IS NULL) FROM platform.tenants",
                [newest, newest],
            ).fetchone()
    except psycopg.Error as failure:
        yield "tenants", str(failure).strip().splitlines()[0]
        return
    behind, ahead, spares = row or (0, 0, 0)
    yield f"versions (newest {newest})", (
        f"{behind} tenants are behind: run `bin/manage bootstrap`" if behind
        else f"{ahead} tenants are ahead: this program is older than the database" if ahead
        else ""
    )  # fmt: skip
    few = f"only {spares} left: the scheduler builds more, or run `bin/manage bootstrap`" if spares < FEW_SPARES else ""
    yield f"spare tenants ({spares})", few


def _valkey(url: str) -> str:
    try:
        Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3).ping()
    except (RedisError, OSError) as failure:
        return type(failure).__name__
    return ""
