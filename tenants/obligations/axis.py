"""The line of the day on the workbench: what is due when, and what has passed."""

from dataclasses import dataclass
from datetime import datetime

from saas import clock
from tenants.obligations.today import Day, Task

CLOSE = 0.05  # share of the axis; labels nearer than this are told as one
MORNING, EVENING = 8, 20  # o'clock; the axis is wider when something is due outside


@dataclass(frozen=True)
class Axis:
    """The day as a line: (hour, text, tone, anchor) of each deadline; neighbours are told as one."""

    events: list[tuple[float, str, str, str]]
    start: int
    end: int
    now: float


def axis(day: Day) -> Axis:
    """Today's deadlines, those that have passed included."""
    today = clock.local(day.now).date()
    hourly = (t for t in [*day.late, *day.today] if not t.whole_day)
    due = sorted((t for t in hourly if clock.local(t.at).date() == today), key=lambda t: t.at)
    hours = [_hour(task.at) for task in due]
    start, end = min([MORNING, *map(int, hours)]), max([EVENING, *(int(h) + 1 for h in hours)])
    groups: list[list[Task]] = []
    for task in due:
        if groups and _hour(task.at) - _hour(groups[-1][0].at) < CLOSE * (end - start):
            groups[-1].append(task)
        else:
            groups.append([task])
    events = [(_hour(g[0].at), _told(g), g[0].tone or "blue", "#late" if g[0].late else "#today") for g in groups]
    return Axis(events, start, end, _hour(day.now))


def _told(group: list[Task]) -> str:
    first = f"{clock.local(group[0].at):%H:%M} "
    return first + (f"{len(group)} 项" if len(group) > 1 else group[0].what)


def _hour(moment: datetime) -> float:
    there = clock.local(moment)
    return there.hour + there.minute / 60
