"""What the workbench gets from here: the days of this month that a person has still to report on (C4)."""

from datetime import date, timedelta

from saas import clock
from saas.identity.actor import Actor
from saas.policy import clocks
from saas.policy.calendar import Calendar
from saas.policy.here import pack_on
from saas.policy.periods import midnight
from tenants.obligations.today import Task
from tenants.work_reports import queries
from tenants.work_reports.access import clause_of, filers

SECOND = timedelta(seconds=1)


def tasks(by: Actor, _calendar: Calendar, _until: date) -> list[Task]:
    """One for each day with contacts and without a report; due at the end of that day."""
    now, pack = clock.now(), pack_on(clock.now())
    clause, today = clause_of(pack), clock.local(now).date()
    if clause is None or not by.has(*filers(pack)):
        return []
    found = []
    for day, count in queries.untold(by, midnight(today.replace(day=1))):
        until, path = midnight(day + timedelta(days=1)) - SECOND, f"work-reports/new?day={day}"
        late = day < today
        found.append(
            Task(
                kind="报表", icon="file-text", title=f"{day:%m-%d} 工作报表", path=path, meta=(f"{count} 条沟通记录",),
                clause=(clause.source, f"{clause.title}：{clause.text}"), due=clocks.remaining(until, now),
                note=f"应于 {day:%m-%d}" if late else "今天下班前", tone="red" if late else "", act="填写报表",
                act_path=path, at=until, what="工作报表", late=late, whole_day=True,
            )
        )  # fmt: skip
    return found
