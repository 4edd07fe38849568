"""What the workbench gets from here: digests that wait for somebody's remarks (D14)."""

from datetime import date, datetime, timedelta

from saas import clock
from saas.identity.actor import Actor
from saas.policy.calendar import Calendar
from saas.policy.here import pack_on
from saas.policy.pack import Clause
from saas.policy.periods import midnight
from tenants.digests import queries
from tenants.digests.models import Digest
from tenants.digests.words import CLAUSES, TITLES, WEEKLY, Days
from tenants.obligations.today import Task

SECOND = timedelta(seconds=1)


def tasks(by: Actor, calendar: Calendar, until: date) -> list[Task]:
    """Drafted digests, to whom the clause gives them, for today."""
    clause = pack_on(clock.now()).clauses.get(CLAUSES[WEEKLY])
    if clause is None or not by.has(*clause.roles):
        return []
    tonight = midnight(clock.local(clock.now()).date() + timedelta(days=1)) - SECOND
    return [_task(each, clause, tonight) for each in queries.unfiled()]


def _task(digest: Digest, clause: Clause, tonight: datetime) -> Task:
    path = f"digests/{digest.id}"
    return Task(
        kind="汇总", icon="list-checks", title=f"{TITLES[digest.kind]}：填写说明并归档", path=path,
        meta=(Days(digest.begins, digest.ends).label,), clause=(clause.source, f"{clause.title}：{clause.text}"),
        due="数字已备好", note=f"{clock.local(digest.taken_at):%m-%d} 自动起草", tone="", act="填写", act_path=path,
        at=tonight, what=TITLES[digest.kind], whole_day=True,
    )  # fmt: skip
