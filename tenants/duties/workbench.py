"""What the workbench gets from here: a person's open duties as tasks, in the same list as everything else (R2)."""

from datetime import date, timedelta

from saas import clock
from saas.identity.actor import Actor
from saas.policy.calendar import Calendar
from saas.policy.pack import Clause
from saas.policy.periods import midnight
from tenants.duties.queries import concerning
from tenants.duties.rules import Known
from tenants.duties.standing import STATES, Standing, State
from tenants.obligations.today import Task

URGENT = (State.LATE, State.SOON, State.MOVED)
SECOND = timedelta(seconds=1)


def tasks(by: Actor, calendar: Calendar, until: date, known: Known) -> list[Task]:
    """Open duties of the person's roles that are late or fall due up to a day, by date."""
    now = clock.now()
    stands = concerning(by, clock.local(now).date(), until, calendar, known)
    return [_task(each, each.clause) for each in stands if each.clause]


def _task(stand: Standing, clause: Clause) -> Task:
    duty, state = stand.duty, stand.state
    late, path = state is State.LATE, f"duties/{duty.id}"
    note = f"应于 {duty.until:%m-%d}" if late else f"{duty.until:%m-%d} 前"
    return Task(
        kind="周期", icon="calendar-days", title=clause.title, path=path, meta=(duty.period.label,),
        clause=(clause.source, f"{clause.title}：{clause.text}"), due=stand.left,
        note=f"{note}，原定 {duty.due_on:%m-%d}" if duty.moved_to else note,
        tone=STATES[state][1] if state in URGENT else "", act="查看办理", act_path=path,
        at=midnight(duty.until + timedelta(days=1)) - SECOND, what=clause.title, late=late, whole_day=True,
    )  # fmt: skip
