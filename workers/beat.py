"""Heartbeats: one row a process, read by /readyz."""

import psycopg

from saas import clock

BEAT = (
    "INSERT INTO platform.heartbeats (process, beat_at) VALUES (%s, %s)"
    " ON CONFLICT (process) DO UPDATE SET beat_at = excluded.beat_at"
)
EVERY = 20.0  # seconds; /readyz calls a process dead after 90


def beat(dsn: str, process: str) -> None:
    """Say that this process lives. A database that is away is no reason to die: the next beat tries again."""
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=3) as connection:
            connection.execute(BEAT, [process, clock.now()])
    except psycopg.OperationalError:
        return
