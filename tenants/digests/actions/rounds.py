"""The daily round: digests of what is over are drafted, and what is due is sent a day before its last (D14, D17)."""

from datetime import date, timedelta

from sqlalchemy import select

from saas import clock
from saas.board.models import RollUp
from saas.db import db
from saas.identity.actor import Actor
from saas.policy.here import pack_on
from saas.policy.periods import Period
from saas.tenancy.models import HEAD_OFFICE
from saas.tenancy.staff import Profile
from tenants.complaints.models import Complaint
from tenants.digests import queries
from tenants.digests.actions.filing import draft
from tenants.digests.actions.sending import ask_paper, receivers
from tenants.digests.actions.taking import taken
from tenants.digests.models import Digest
from tenants.digests.words import CLAUSES, MONTHLY, SENT, WEEKLY, Days, month_of, week_of

WEEKS_BACK = 5
"""How long a time without a scheduler is made up for."""


def make_round(day: date) -> list[Digest]:
    """Draft and send what a day asks for; answers the digests that it took or sent. Again it does nothing new.

    Nothing in the head office, nor in a project whose register is still empty.
    """
    profile, born_on = db.session.get_one(Profile, True), db.session.scalars(select(RollUp.born_on)).one()
    if profile.kind == HEAD_OFFICE or db.session.scalar(select(Complaint.id).limit(1)) is None:
        return []
    last = month_of(day).before
    weeks = [week_of(day - timedelta(days=7 * n)) for n in range(WEEKS_BACK, 0, -1)]
    over = [(WEEKLY, week) for week in weeks] + [(MONTHLY, last.before), (MONTHLY, last)]
    found = [draft(kind, days) for kind, days in over if born_on < days.ends and queries.of(kind, days.begins) is None]
    return found + [sent for kind in SENT if born_on < last.ends and (sent := _send(kind, last, day)) is not None]


def _send(kind: str, days: Days, day: date) -> Digest | None:
    """Send the table of the month on the day of the last reminder before it is due, or later when that was missed."""
    clause = pack_on(days.begin).clauses.get(CLAUSES[kind])
    if clause is None or clause.deadline is None:
        return None
    known = queries.of(kind, days.begins)
    early = min(clause.remind, default=timedelta())
    if day < clause.deadline.of(Period(days.begins, days.ends)) - early or (known is not None and known.receipts):
        return None
    people = receivers(kind, pack_on(clock.now()))
    if not people:
        return None
    digest = known or taken(kind, days, by=Actor.system())
    person, role = min(people.items(), key=lambda each: str(each[0]))
    ask_paper(digest, by=Actor(person, "系统", frozenset([role])))
    return digest
