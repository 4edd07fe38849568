"""The administrator's address: DATABASE_URL, or the embedded cluster of a home, running or started for one command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from saas.problem import Problem
from workers.embedded.places import InUse
from workers.embedded.postgres import Postgres

DATABASE = "linsheng"


def home_folder() -> Path:
    """The home that this command works on."""
    return Path(os.environ.get("LINSHENG_HOME", ".local/home")).resolve()


def database_of(home: Path) -> str:
    """The database that the home's processes use; a fresh home gets the usual one."""
    address = home / "dsn" / "migrator"
    return str(conninfo_to_dict(address.read_text()).get("dbname") or DATABASE) if address.exists() else DATABASE


@contextmanager
def reach(home: Path, *, create: bool = False) -> Iterator[str]:
    """The administrator's URL while the block runs. `create`: make an embedded cluster where there is none yet.

    Raises Problem when there is neither DATABASE_URL nor a cluster, or when it does not answer.
    """
    url, started = os.environ.get("DATABASE_URL", ""), None
    if not url:
        embedded = Postgres(home)
        if not create and not embedded.data.exists():
            raise Problem(
                f"{home} 里没有数据库：请设置管理员的 DATABASE_URL，或先运行 bin/run，或用 LINSHENG_HOME 指明位置"
            )
        try:
            url = embedded.start()
            started = embedded
        except InUse:
            url = _running(embedded)
    try:
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.Error as refusal:
            raise Problem(f"连接不上数据库，请检查 DATABASE_URL 与数据库是否在运行：{refusal}") from refusal
        yield url
    finally:
        if started:
            started.stop()


def _running(embedded: Postgres) -> str:
    lines = (embedded.data / "postmaster.pid").read_text().splitlines()
    return f"postgresql://postgres@/postgres?host={quote(lines[4])}"


@contextmanager
def awake(home: Path) -> Iterator[None]:
    """For commands that log in as the processes do: an embedded cluster that is not running runs for the while."""
    if Postgres(home).data.exists():
        with reach(home):
            yield
    else:
        yield


def inside(url: str, database: str) -> str:
    """The administrator's address of another database of the same server."""
    return make_conninfo(url, dbname=database)
