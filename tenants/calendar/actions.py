"""Enter and remove days of the project's own calendar; the limits that rest on them are settled by a worker (R2)."""

from datetime import date, timedelta

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.jobs import enqueue
from saas.problem import Problem
from saas.tenancy.staff import CalendarDay

KEEPERS = ("company_admin", "project_manager")
LONGEST_NOTE = 60
FARTHEST = timedelta(days=731)


def enter_day(day: date, working: bool, note: str, *, by: Actor) -> CalendarDay:
    """Say that a day is worked or not, also when it was entered before. Problem for one too far off or a long note."""
    note = " ".join(note.split())
    if abs(day - clock.local(clock.now()).date()) > FARTHEST:
        raise Problem("请选择前后两年以内的日期", "day")
    if len(note) > LONGEST_NOTE:
        raise Problem(f"说明最多 {LONGEST_NOTE} 个字", "note")
    found = db.session.get(CalendarDay, day, with_for_update=True)
    before = {"working": found.working, "note": found.note} if found else None
    if found is None:
        found = CalendarDay(day=day)
        db.session.add(found)
    found.working, found.note = working, note
    record("calendar_day.entered", found, by, day=day.isoformat(), working=working, note=note, before=before)
    enqueue("complaints.settle", day.isoformat())
    db.session.flush()
    return found


def remove_day(day: date, *, by: Actor) -> None:
    """Let the national calendar rule a day again. Problem when it was not entered."""
    found = db.session.get(CalendarDay, day, with_for_update=True)
    if found is None:
        raise Problem("这一天已不在列表里，请刷新页面")
    record("calendar_day.removed", found, by, day=day.isoformat(), working=found.working, note=found.note)
    enqueue("complaints.settle", day.isoformat())
    db.session.delete(found)
    db.session.flush()
