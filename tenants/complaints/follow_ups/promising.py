"""A callback promises an answer: the promise is a fact of its own, and is reminded of on its day."""

from datetime import date, datetime, time, timedelta

from saas import clock
from saas.db import db
from saas.jobs import enqueue
from saas.policy.pack import Pack
from saas.problem import Problem
from tenants.complaints.facts import Callback
from tenants.complaints.follow_ups.models import FollowUp
from tenants.complaints.models import Complaint

WARN, LATE = "warn", "late"
FARTHEST = timedelta(days=366)


def check(matter: str, promised_on: date | None) -> None:
    """Raises Problem for a promise that says not what, or not by when."""
    today = clock.local(clock.now()).date()
    if not matter.strip():
        raise Problem("请写下客户提出了什么新问题", "matter")
    if promised_on is None or not today <= promised_on <= today + FARTHEST:
        raise Problem("请填写答应客户哪天答复（今天或以后）", "promised_on")


def promise(complaint: Complaint, callback: Callback, matter: str, promised_on: date, pack: Pack) -> FollowUp:
    """Write it down and ask for the reminders: on the morning of the day, and on the next one when it passed."""
    made = FollowUp(
        complaint_id=complaint.id, nth=callback.nth, matter=matter.strip(), promised_on=promised_on,
        promised_at=callback.called_at, promised_by=callback.called_by, promised_by_name=callback.called_by_name,
    )  # fmt: skip
    db.session.add(made)
    for what, day in ((WARN, promised_on), (LATE, promised_on + timedelta(days=1))):
        at = datetime.combine(day, pack.settings.hours.opens if what == WARN else time(0), clock.CN)
        enqueue("complaints.promise_due", str(complaint.id), str(callback.nth), what, run_at=at)
    return made
