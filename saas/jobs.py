"""Work for later: the row is written in the action's own transaction; a relay hands it to RQ afterwards."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import text

from saas import clock
from saas.db import db

QUEUES = ("mail", "pdf", "board")


def enqueue(job: str, *args: str, queue: str = "mail", run_at: datetime | None = None, key: UUID | None = None) -> UUID:
    """Ask for `job` (a name of workers.doors) to run once, not before `run_at`. Args are ids, never personal data.

    Who gives the row's `key` may ask as often as they like: a row that is there stays as it is. Who carries the work
    out by hand marks that key in `platform.job_done` in the same transaction, and the relay hands nothing over.
    """
    key = key or uuid4()
    db.session.execute(
        text(
            "INSERT INTO platform.outbox (id, queue, job, args, run_at) VALUES (:id, :queue, :job, :args, :run_at)"
            " ON CONFLICT DO NOTHING"
        ),
        {"id": key, "queue": queue, "job": job, "args": list(args), "run_at": run_at or clock.now()},
    )
    return key
