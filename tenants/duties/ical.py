"""The calendar feed of one person: their duties as all-day events with alarms, for phones and office programs (R2)."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event

from saas import clock
from saas.policy.periods import midnight
from tenants.duties.models import Duty
from tenants.duties.standing import STATES, Standing
from tenants.obligations.models import WARN

REFRESH = timedelta(hours=4)


def feed(
    stands: Sequence[Standing], name: str, address: Callable[[Duty], str], unsettled: Collection[UUID] = ()
) -> bytes:
    """A whole calendar. Each duty keeps its UID; a duty that was moved has a higher SEQUENCE.

    `unsettled` are the duties whose move waits for approval: tentative. What people wrote stays in the house.
    """
    made = Calendar()
    made.add("prodid", "-//linsheng//duties//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", str(clock.CN))
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    made.add("x-published-ttl", f"PT{REFRESH // timedelta(hours=1)}H")
    for stand in stands:
        made.add_component(_event(stand, address(stand.duty), stand.duty.id in unsettled))
    body: bytes = made.to_ical()
    return body


def _event(stand: Standing, address: str, unsettled: bool) -> Event:
    duty, clause = stand.duty, stand.clause
    said = [f"{STATES[stand.state][0]}，{stand.left}", f"应于 {duty.due_on} 前完成"]
    if duty.moved_to:
        said.append(f"已改期到 {duty.moved_to}")
    if clause:
        said += [f"依据：{clause.source} {clause.title}", clause.text]
    event = Event()
    event.add("uid", f"{duty.id}@linsheng")
    event.add("dtstamp", stand.now)
    event.add("created", duty.created_at)
    event.add("sequence", duty.version - 1)
    event.add("dtstart", duty.until)
    event.add("dtend", duty.until + timedelta(days=1))
    event.add("summary", f"✓ {stand.title}" if stand.first else stand.title)
    event.add("description", "\n".join(said))
    event.add("status", "TENTATIVE" if unsettled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", ["规程日历"])
    event.add("url", address)
    for each in stand.told if stand.open else ():
        if each.kind == WARN:
            event.add_component(_alarm(stand.title, each.at - midnight(duty.until)))
    return event


def _alarm(title: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", before)
    return alarm
