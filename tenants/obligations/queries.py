"""Reading reminders: one's own and nobody else's."""

from sqlalchemy import func, select

from saas.db import db
from saas.identity.actor import Actor
from saas.identity.asking import ME, Count
from tenants.obligations.models import Reminder, ReminderMail

# counts the reminders that whoever asks has not seen yet
UNREAD: Count = select(func.count()).select_from(Reminder).where(Reminder.staff_id == ME, Reminder.seen_at.is_(None))


def unread(by: Actor, limit: int = 5) -> list[Reminder]:
    """The newest unseen ones."""
    mine = Reminder.staff_id == by.id, Reminder.seen_at.is_(None)
    query = select(Reminder).where(*mine).order_by(Reminder.created_at.desc(), Reminder.id).limit(limit)
    return list(db.session.scalars(query))


def listing(by: Actor, *, only_unread: bool, page: int, size: int) -> tuple[list[tuple[Reminder, str | None]], int]:
    """One page of (reminder, how its mail went), newest first, and how many there are."""
    mine = [Reminder.staff_id == by.id]
    if only_unread:
        mine.append(Reminder.seen_at.is_(None))
    total = db.session.scalar(select(func.count()).select_from(Reminder).where(*mine)) or 0
    last = (
        select(ReminderMail.outcome)
        .where(ReminderMail.reminder_id == Reminder.id)
        .order_by(ReminderMail.nth.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(Reminder, last).where(*mine).order_by(Reminder.created_at.desc(), Reminder.id)
    rows = db.session.execute(query.limit(size).offset((page - 1) * size))
    return [(reminder, outcome) for reminder, outcome in rows], total
