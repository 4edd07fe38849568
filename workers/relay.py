"""Hands outbox rows to RQ, and sweeps up what was lost on the way. `python -m workers.relay`.

A row is enqueued under an id made of tenant, row and try: a relay that dies between RQ and its own commit meets its
own job again and lets it be. A try that ended without a `job_done` row is tried again, ever later, then given up.
"""

import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from threading import Event
from typing import Any

import psycopg
from psycopg import Connection
from redis import Redis, RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from saas import clock
from saas.config import Config
from saas.jobs import QUEUES
from workers.beat import EVERY, beat
from workers.stopping import asked_to_stop

log = logging.getLogger("linsheng.relay")
TRIES = 18  # with the pauses between them about ten hours: a mail server that is down overnight loses nothing
FIRST_AGAIN, LONGEST_AGAIN = timedelta(seconds=15), timedelta(hours=1)
TIMEOUT, LONG = 180, 3600  # seconds; an import commits chunk by chunk, so time is all that it takes
TIMEOUTS = {"imports.stage": LONG, "imports.publish": LONG, "documents.render": 900}  # printing steps back for people
ALIVE = {JobStatus.QUEUED, JobStatus.STARTED, JobStatus.DEFERRED, JobStatus.SCHEDULED}
SWEEP_AFTER = timedelta(seconds=20)
SWEEP_EVERY = 10.0
PAUSE, LONGEST_PAUSE = 0.25, 10.0
KEEP = timedelta(days=3)
AT_A_TIME = 100
FIRST = ("releases.deliver", "identity.invite", "identity.reset")
"""Somebody waits for these before a screen or at the letterbox: they overtake what else is in their queue.

One queue and its front, not a second queue: from several at once RQ takes jobs in a way that can lose them.
"""
AT_ONCE = {"board.measure", "board.apply"}
"""Each looks at everything that waits in its tenant: of several that are due one is enough."""

# Rows written outside a tenant carry the web's login, and their job runs as the worker's.
DONE = """
EXISTS (SELECT 1 FROM platform.job_done d WHERE d.outbox_id = o.id
        AND d.tenant = CASE o.tenant WHEN 'app' THEN 'worker' ELSE o.tenant END)"""
WAITING = f"""
SELECT id, tenant, queue, job, args, tries, {DONE} FROM platform.outbox o
WHERE enqueued_at IS NULL AND given_up_at IS NULL AND run_at <= %s
ORDER BY job <> ALL(%s), run_at LIMIT {AT_A_TIME} FOR UPDATE OF o SKIP LOCKED"""  # noqa: S608 - no outside text in it
OLD = f"DELETE FROM platform.outbox o WHERE enqueued_at < %s AND {DONE}"  # noqa: S608 - no outside text in it
LOST = f"""
SELECT id, tenant, queue, tries FROM platform.outbox o
WHERE enqueued_at < %s AND given_up_at IS NULL AND NOT {DONE}
ORDER BY enqueued_at LIMIT 100 FOR UPDATE SKIP LOCKED"""  # noqa: S608 - no outside text in it


def queues(redis: Redis) -> dict[str, Queue]:
    """The queues by name; JSON on both sides, never pickle."""
    return {name: Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES}


def job_id(tenant: str, row: Any, tries: int) -> str:
    """The RQ id of one try of one outbox row (RQ refuses colons)."""
    return f"{tenant}-{row}-{tries}"


def pause_after(tries: int) -> timedelta:
    """How long to wait after that many failed tries: twice as long each time, an hour at the most."""
    return min(FIRST_AGAIN * (1 << (tries - 1)), LONGEST_AGAIN)


def relay_once(connection: Connection[Any], to: Mapping[str, Queue]) -> int:
    """Enqueue what is due, up to AT_A_TIME rows, and let be what is done already; returns how many were dealt with."""
    with connection.transaction():
        rows = connection.execute(WAITING, [clock.now(), list(FIRST)]).fetchall()
        met: set[tuple[str, str]] = set()
        for row, tenant, queue, job, args, tries, done in rows:
            if done:
                connection.execute("UPDATE platform.outbox SET enqueued_at = %s WHERE id = %s", [clock.now(), row])
                continue
            if job in AT_ONCE and (tenant, job) in met:
                connection.execute("DELETE FROM platform.outbox WHERE id = %s", [row])
                continue
            met.add((tenant, job))
            try:
                to[queue].enqueue_call(
                    "workers.doors.run", args=(job, tenant, str(row), *args), job_id=job_id(tenant, row, tries),
                    unique=True, timeout=TIMEOUTS.get(job, TIMEOUT), result_ttl=600, failure_ttl=86400, description=job,
                    at_front=job in FIRST,
                )  # fmt: skip
            except DuplicateJobError:
                log.info("met job %s again: an earlier relay died before its commit", row)
            connection.execute(
                "UPDATE platform.outbox SET enqueued_at = %s, tries = tries + 1 WHERE id = %s", [clock.now(), row]
            )
    return len(rows)


def sweep_once(connection: Connection[Any], to: Mapping[str, Queue]) -> int:
    """Put lost tries back, or give a row up after the last one; returns how many rows moved."""
    moved = 0
    with connection.transaction():
        for row, tenant, queue, tries in connection.execute(LOST, [clock.now() - SWEEP_AFTER]).fetchall():
            job = _fetch(job_id(tenant, row, tries - 1), to[queue])
            if job is not None and _alive(job):
                continue
            failure = _failure(job)
            again = clock.now() + pause_after(tries) if failure else clock.now()
            gone = clock.now() if tries >= TRIES else None
            connection.execute(
                "UPDATE platform.outbox"
                " SET enqueued_at = CASE WHEN %s::timestamptz IS NULL THEN NULL ELSE enqueued_at END,"
                " given_up_at = %s, run_at = %s, failure = %s WHERE id = %s",
                [gone, gone, again, failure, row],
            )
            moved += 1
    return moved


def tidy(connection: Connection[Any]) -> None:
    """Remove what was done days ago; rows given up stay until a person drops them."""
    before = clock.now() - KEEP
    with connection.transaction():
        connection.execute(OLD, [before])
        connection.execute("DELETE FROM platform.board_deltas WHERE created_at < %s", [before])
        connection.execute("DELETE FROM platform.hotline_reports WHERE created_at < %s", [before])
        connection.execute(
            "DELETE FROM platform.job_done d WHERE done_at < %s"
            " AND NOT EXISTS (SELECT 1 FROM platform.outbox o WHERE o.id = d.outbox_id)",
            [before],
        )


def _fetch(name: str, queue: Queue) -> Job | None:
    try:
        return Job.fetch(name, connection=queue.connection, serializer=JSONSerializer)
    except NoSuchJobError:
        return None


def _alive(job: Job) -> bool:
    status = job.get_status()
    if status == JobStatus.STARTED:  # a worker that was killed leaves its job in this state
        beaten = job.last_heartbeat
        return beaten is not None and time.time() - beaten.timestamp() < 90
    return status in ALIVE


def _failure(job: Job | None) -> str | None:
    """The kind of the last failure; its text could hold personal data and stays out."""
    if job is None or job.get_status() != JobStatus.FAILED:
        return None
    result = job.latest_result()
    lines = (result.exc_string or "").strip().splitlines() if result else []
    return lines[-1].removeprefix("workers.doors.Failed: ").split(":")[0][:200] if lines else "failed"


def main() -> None:
    """Run until SIGTERM; both servers may come and go."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = Config.load()
    stop = asked_to_stop()
    pause = PAUSE
    while not stop.is_set():
        try:
            with psycopg.connect(config.dsns["relay"], autocommit=True, connect_timeout=3) as connection:
                _serve(connection, config, stop)
            pause = PAUSE
        except (psycopg.OperationalError, RedisError) as error:
            log.warning("waiting for a server: %s", type(error).__name__)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _serve(connection: Connection[Any], config: Config, stop: Event) -> None:
    to = queues(Redis.from_url(config.redis_url, socket_timeout=10))
    beaten = swept = 0.0
    while not stop.is_set():
        if time.monotonic() - beaten > EVERY:
            beat(config.dsns["relay"], "relay")
            beaten = time.monotonic()
        busy = relay_once(connection, to)
        if time.monotonic() - swept > SWEEP_EVERY:
            sweep_once(connection, to)
            tidy(connection)
            swept = time.monotonic()
        if not busy:
            stop.wait(PAUSE)


if __name__ == "__main__":
    main()
