"""What a restore sees to before anybody writes: the chain of seals, a new epoch, and jobs that may have run since."""

from typing import Any

from psycopg import Connection

from saas import clock, sealing
from saas.board.marks import QUEUE
from saas.problem import Problem
from workers.backup.manifest import Tenant
from workers.doors import JOBS

UNDONE = """
NOT EXISTS (SELECT 1 FROM platform.job_done d WHERE d.outbox_id = o.id
            AND d.tenant = CASE o.tenant WHEN 'app' THEN 'worker' ELSE o.tenant END)"""
RESTORED = "restored"
ANEW = """
INSERT INTO platform.outbox (id, tenant, queue, job, args, run_at)
SELECT gen_random_uuid(), t.schema_name, %(queue)s,
       CASE WHEN t.id = here.id THEN 'board.remeasure' ELSE 'board.apply' END, '{}', %(now)s
FROM platform.tenants here JOIN platform.tenants t
    ON t.id = here.id OR (here.kind = 'head_office' AND t.company_id = here.company_id)
WHERE here.schema_name = %(tenant)s"""


def continue_history(connection: Connection[Any], tenant: Tenant) -> None:
    """Check the restored chain against the manifest and begin a new epoch. Raises Problem when it does not fit."""
    broken = sealing.verify(connection, tenant.schema)
    if broken:
        raise Problem(f"{tenant.schema} 的历史记录与封存不符（第 {broken.position} 段），这份备份不可信，没有恢复")
    if sealing.head(connection, tenant.schema) != sealing.Head(tenant.seal, tenant.seal_hash):
        raise Problem(f"{tenant.schema} 的封存与备份清单不符，这份备份不可信，没有恢复")
    sealing.begin_epoch(connection, tenant.schema)


def measure_anew(connection: Connection[Any], schema: str) -> None:
    """Ask for all figures of this tenant anew: its head office has counted work that is lost now.

    A head office reads again what its projects have sent since.
    """
    connection.execute(ANEW, {"tenant": schema, "queue": QUEUE, "now": clock.now()})


def hold_mail(connection: Connection[Any], schema: str | None = None) -> int:
    """Hold due jobs that send mail, for a person to decide: they may have been sent after the backup was made.

    Everything else that was under way is handed out again. Returns how many are held (`bin/manage outbox list`).
    """
    senders = [name for name, door in JOBS.items() if door.stepwise]
    held = connection.execute(
        f"UPDATE platform.outbox o SET given_up_at = %(now)s, failure = %(why)s WHERE given_up_at IS NULL"  # noqa: S608
        f" AND queue = 'mail' AND job = ANY(%(jobs)s) AND run_at <= %(now)s AND {UNDONE}"
        " AND (%(tenant)s::text IS NULL OR tenant = %(tenant)s)",
        {"now": clock.now(), "why": RESTORED, "jobs": senders, "tenant": schema},
    ).rowcount
    connection.execute(
        f"UPDATE platform.outbox o SET enqueued_at = NULL WHERE given_up_at IS NULL AND {UNDONE}"  # noqa: S608
        " AND (%(tenant)s::text IS NULL OR tenant = %(tenant)s)",
        {"tenant": schema},
    )
    return held
