"""The clockwork: a tick each minute under a lock, catching up after downtime. `python -m workers.scheduler`."""

import logging
import time
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg
from psycopg import Connection, sql

from saas import clock
from saas.board.build import build
from saas.board.marks import QUEUE
from saas.config import Config
from saas.sealing import seal
from saas.tenancy.spares import build_spares
from workers.beat import EVERY, beat
from workers.stopping import asked_to_stop

log = logging.getLogger("linsheng.scheduler")
LOCK = 20260101
SPARES = 6
TICK = 60.0
DAILY = {
    "daily": ("obligations.daily", "mail"), "duties": ("duties.daily", QUEUE), "digests": ("digests.daily", QUEUE),
    "initials": ("initials.fill", QUEUE),
}  # fmt: skip
"""Each tenant's daily work and its queue, by the name that is part of its rows' keys."""
SPREAD = timedelta(milliseconds=200)
"""Between the daily work of two tenants, so that what people do meanwhile need not wait for all of it."""
KEEP_ENDED = timedelta(days=30)
RECONCILE_AT = time_of_day(2, 10)
"""When the board is measured afresh each night, in Shanghai; after an upgrade at once."""
APART = timedelta(seconds=3)
"""Between two tenants, so that what people do meanwhile is measured in between and not after all of them."""


def tick(connection: Connection[Any], migrator_dsn: str) -> bool:
    """One tick; False when another scheduler holds the lock. `connection` logs in as migrator, autocommit."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    if not row or not row[0]:
        return False
    try:
        build_spares(migrator_dsn, SPARES)
        tenants = _live(connection)
        _daily(connection, tenants, clock.local(clock.now()).date())
        _nightly(connection, tenants, clock.local(clock.now()).date())
        _purge(connection)
        for schema in tenants:
            seal(connection, schema)
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return True


def _live(connection: Connection[Any]) -> list[str]:
    with connection.transaction():
        connection.execute("SET LOCAL ROLE linsheng_owner")
        rows = connection.execute("SELECT schema_name FROM platform.tenants WHERE company_id IS NOT NULL ORDER BY id")
        return [row[0] for row in rows]


def _daily(connection: Connection[Any], tenants: list[str], day: date) -> None:
    """Ask for each tenant's daily work once a day: the id is made of tenant and day, so a second ask is the same row.

    Forms taken a month ago are no history either and go with the first ask of a day.
    """
    with connection.transaction():
        connection.execute("SET LOCAL ROLE linsheng_owner")
        for nth, schema in enumerate(tenants):
            at = clock.now() + nth * SPREAD
            asked = [
                connection.execute(
                    "INSERT INTO platform.outbox (id, tenant, queue, job, args, run_at)"
                    " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    [uuid5(NAMESPACE_URL, f"{name}/{schema}/{day}"), schema, queue, job, [day.isoformat()], at],
                ).rowcount
                for name, (job, queue) in DAILY.items()
            ]
            if any(asked):  # the first tick of the day
                forms = sql.SQL("DELETE FROM {}.taken_forms WHERE taken_at < %s").format(sql.Identifier(schema))
                connection.execute(forms, [clock.now() - KEEP_ENDED])


def _nightly(connection: Connection[Any], tenants: list[str], day: date) -> None:
    """Ask each tenant to compare its board, once a night and once more for another release."""
    at = max(clock.now(), datetime.combine(day, RECONCILE_AT, clock.CN))
    ids = [uuid5(NAMESPACE_URL, f"board/{schema}/{day}/{build()}") for schema in tenants]
    with connection.transaction():
        connection.execute("SET LOCAL ROLE linsheng_owner")
        connection.execute(
            "INSERT INTO platform.outbox (id, tenant, queue, job, args, run_at)"
            " SELECT id, tenant, %s, 'board.reconcile', '{}', %s + (nth - 1) * %s"
            " FROM unnest(%s::uuid[], %s::text[]) WITH ORDINALITY AS asked (id, tenant, nth) ON CONFLICT DO NOTHING",
            [QUEUE, at, APART, ids, tenants],
        )


def _purge(connection: Connection[Any]) -> None:
    """Ended sessions, used links and taken forms are no history: they go after a month."""
    before = clock.now() - KEEP_ENDED
    with connection.transaction():
        connection.execute("SET LOCAL ROLE linsheng_owner")
        for table, since in (("sessions", "expires_at"), ("one_time_links", "expires_at"), ("taken_forms", "taken_at")):
            old = sql.SQL("DELETE FROM platform.{} WHERE {} < %s")
            connection.execute(old.format(sql.Identifier(table), sql.Identifier(since)), [before])


def main() -> None:
    """Tick until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = Config.load()
    stop = asked_to_stop()
    ticked = -TICK
    while not stop.is_set():
        beat(config.dsns["relay"], "scheduler")
        if time.monotonic() - ticked >= TICK:
            try:
                with psycopg.connect(config.dsns["migrator"], autocommit=True, connect_timeout=3) as connection:
                    tick(connection, config.dsns["migrator"])
                ticked = time.monotonic()
            except psycopg.Error as error:
                log.warning("tick failed, again soon: %s", type(error).__name__)
        stop.wait(min(EVERY, 5.0) if ticked < 0 else EVERY)


if __name__ == "__main__":
    main()
