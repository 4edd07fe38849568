"""Numbered SQL scripts: platform/ runs once, tenant/ in every schema. The version moves in the same transaction."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, errors

ROOT = Path(__file__).resolve().parents[2] / "migrations"
NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
TRIES = 8


@dataclass(frozen=True)
class Script:
    """One numbered migration."""

    number: int
    path: Path

    def rendered(self, schema: str) -> str:
        """The SQL for one schema; read from disk once per process."""
        return self.path.read_text(encoding="utf-8").replace("{tenant}", schema)


def scripts(tree: str, root: Path = ROOT) -> list[Script]:
    """The scripts of `platform` or `tenant` in order. Raises ValueError on a bad name or a number used twice."""
    found = []
    for path in sorted((root / tree).glob("*.sql")):
        match = NAME.fullmatch(path.name)
        if not match:
            raise ValueError(f"{path}: a migration is named 0001_noun.sql")
        found.append(Script(int(match[1]), path))
    numbers = [s.number for s in found]
    if len(numbers) != len(set(numbers)):
        raise ValueError(f"{root / tree}: two migrations carry the same number")
    return found


def latest(root: Path = ROOT) -> int:
    """The number of the newest tenant migration."""
    return max((s.number for s in scripts("tenant", root)), default=0)


def migrate_platform(connection: Connection[Any], root: Path = ROOT) -> int:
    """Bring the platform schema up to date; returns how many scripts ran. One transaction per script."""
    with connection.transaction():
        connection.execute("SET LOCAL ROLE linsheng_owner")
        connection.execute("SELECT pg_advisory_xact_lock(4711)")
        connection.execute("CREATE SCHEMA IF NOT EXISTS platform AUTHORIZATION linsheng_owner")
        connection.execute("GRANT USAGE, CREATE ON SCHEMA platform TO audit_owner")
        connection.execute("CREATE TABLE IF NOT EXISTS platform.migrations (number integer PRIMARY KEY)")
    ran = 0
    for script in scripts("platform", root):
        with connection.transaction():
            connection.execute("SET LOCAL ROLE linsheng_owner")
            connection.execute("SET LOCAL search_path = platform, pg_temp")
            done = connection.execute(
                "INSERT INTO platform.migrations VALUES (%s) ON CONFLICT DO NOTHING RETURNING 1", [script.number]
            ).fetchone()
            if done:
                connection.execute(script.path.read_bytes())
                ran += 1
    return ran


def apply_to(connection: Connection[Any], schema: str, version: int, root: Path = ROOT) -> None:
    """Run what this schema lacks, inside the caller's transaction, and move its version."""
    for script in scripts("tenant", root):
        if script.number > version:
            connection.execute("SET LOCAL ROLE linsheng_owner")
            connection.execute(f"SET LOCAL search_path = {schema}, pg_temp")
            connection.execute(script.rendered(schema).encode())
            version = script.number
    connection.execute("SET LOCAL ROLE linsheng_owner")
    connection.execute("UPDATE platform.tenants SET version = %s WHERE schema_name = %s", [version, schema])


def migrate_tenants(
    dsn: str, *, parallel: int = 4, root: Path = ROOT, progress: Callable[[int, int], None] | None = None
) -> int:
    """Bring every tenant schema up to date, several at once; returns how many moved. Resumable: run it again."""
    with psycopg.connect(dsn, autocommit=True) as connection, connection.transaction():
        connection.execute("SET LOCAL ROLE linsheng_owner")
        behind = [
            row[0]
            for row in connection.execute(
                "SELECT schema_name FROM platform.tenants WHERE version < %s ORDER BY id", [latest(root)]
            )
        ]
    if not behind:
        return 0
    done = 0
    with ThreadPoolExecutor(parallel) as pool:
        for _ in pool.map(lambda schema: _migrate_one(dsn, schema, root), behind):
            done += 1
            if progress:
                progress(done, len(behind))
    return done


def _migrate_one(dsn: str, schema: str, root: Path) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for attempt in range(TRIES):
            try:
                with connection.transaction():
                    connection.execute("SET LOCAL ROLE linsheng_owner")
                    row = connection.execute(
                        "SELECT version FROM platform.tenants WHERE schema_name = %s FOR UPDATE", [schema]
                    ).fetchone()
                    if row:
                        apply_to(connection, schema, row[0], root)
                return
            except errors.LockNotAvailable:  # someone is using the table right now: let them finish, then try again
                if attempt == TRIES - 1:
                    raise
