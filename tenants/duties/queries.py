"""Reading duties: those around today, those of a month, one with its records, its people and what they were told."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import joinedload

from saas.approvals.models import Approval
from saas.db import db
from saas.identity.actor import Actor
from saas.policy.calendar import Calendar
from saas.policy.evidence import Evidence, told
from saas.tenancy.staff import Profile, Staff, present
from tenants.duties.actions.planning import AHEAD
from tenants.duties.models import Duty, Feed, Move
from tenants.duties.rules import BINDING, Known, Rules, rules_of
from tenants.duties.standing import Standing, standings
from tenants.obligations.models import Reminder

BACK = timedelta(days=366)
"""What is late longer is found in its month."""
HALF_YEAR = timedelta(days=184)
"""What is late longer is on the page of duties and no more among the tasks of each day."""
QUARTER = timedelta(days=92)
"""How far a calendar feed reaches back."""

UNTIL = func.coalesce(Duty.moved_to, Duty.due_on)


def find(duty_id: UUID) -> Duty | None:
    """One duty, or None."""
    return db.session.get(Duty, duty_id)


def around(
    day: date, rules: Rules, *, back: timedelta = BACK, first: date | None = None, last: date | None = None
) -> list[Standing]:
    """The duties of `back` days and of AHEAD to come, and those of the days from `first` to `last`, by date."""
    near: ColumnElement[bool] = UNTIL.between(day - back, day + AHEAD)
    if first is not None and last is not None:
        near = or_(near, UNTIL.between(first, last), Duty.due_on.between(first, last))
    return standings(db.session.scalars(select(Duty).where(near).order_by(UNTIL, Duty.clause, Duty.begins)), rules)


def concerning(by: Actor, day: date, until: date, calendar: Calendar, known: Known) -> list[Standing]:
    """What this person's roles still owe up to a day, by date: where there are no duties at all, by a single query."""
    query = select(Duty, *BINDING).select_from(Duty).join(Profile, true())
    query = query.where(UNTIL.between(day - HALF_YEAR, until)).order_by(UNTIL, Duty.clause, Duty.begins)
    rows = db.session.execute(query).all()
    if not rows:
        return []
    rules = rules_of(rows[0], calendar, known)
    theirs = [row.Duty for row in rows if owes(by, row.Duty, rules)]
    return [stand for stand in standings(theirs, rules) if stand.open]


def owes(by: Actor, duty: Duty, rules: Rules) -> bool:
    """Whether a duty is on this person's roles."""
    clause = rules.clause_of(duty)
    return clause is not None and by.has(*clause.roles)


def records(stand: Standing, rules: Rules) -> Evidence:
    """The records that say how a duty stands."""
    return told(rules.evidence(stand.duty, stand.clause)) if stand.clause else Evidence()


def people(stand: Standing) -> list[Staff]:
    """Who holds a role that owes it, now."""
    return present(*stand.clause.roles) if stand.clause else []


def moves(duty: Duty) -> list[Move]:
    """What was asked for, the newest first, with the approvals."""
    query = select(Move).where(Move.duty_id == duty.id).options(joinedload(Move.approval)).order_by(Move.nth.desc())
    return list(db.session.scalars(query))


def unsettled() -> set[UUID]:
    """The duties whose move waits for an approval."""
    waiting = Approval.subject_type == Duty.__tablename__, Approval.state == "pending"
    return set(db.session.scalars(select(Approval.subject_id).where(*waiting)))


def approval(duty: Duty, nth: int) -> Approval | None:
    """The approval of one of its moves."""
    move = db.session.get(Move, (duty.id, nth))
    return db.session.get(Approval, move.approval_id) if move else None


@dataclass(frozen=True)
class Told:
    """One occasion on which people were told."""

    reminder: Reminder
    names: list[str]


def told_of(duty: Duty) -> list[Told]:
    """The reminders about a duty with everybody who got them, the newest first."""
    about = and_(Reminder.subject_type == Duty.__tablename__, Reminder.subject_id == duty.id)
    query = select(Reminder, Staff.name).join(Staff, Staff.id == Reminder.staff_id).where(about)
    found: dict[tuple[str, str], Told] = {}
    for reminder, name in db.session.execute(query.order_by(Reminder.created_at.desc(), Staff.name).limit(200)):
        key = reminder.kind, reminder.occasion
        found.setdefault(key, Told(reminder, [])).names.append(name)
    return list(found.values())


def feed_of(by: Actor) -> Feed | None:
    """The person's calendar address, if they have one."""
    query = select(Feed).where(Feed.staff_id == by.id, Feed.ended_at.is_(None))
    return db.session.scalars(query).one_or_none()
