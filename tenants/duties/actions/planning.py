"""The daily round: generate the duties to come, carry a changed regulation into those that are there (R2, R3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from saas import clock
from saas.board.models import RollUp
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.jobs import enqueue
from saas.policy.evidence import Source
from saas.policy.pack import Clause, Pack
from saas.policy.periods import Every, Period, periods, shift
from tenants.duties.models import Duty, Round
from tenants.duties.rules import Rules, rules_here
from tenants.duties.standing import told

AHEAD = timedelta(days=100)
FARTHEST = 25  # months: a deadline lies up to a year after the last month of a period of up to a year
AGAIN = timedelta(days=7)
"""How far ahead each round looks whether the calendar moved what is to be told."""


@dataclass(frozen=True)
class Owed:
    """A clause in a period, with its day by the version of the pack that rules it."""

    clause: Clause
    period: Period
    due_on: date
    pack: Pack


def plan(known: Mapping[str, Source]) -> list[Duty]:
    """Generate what falls due within AHEAD days, and what runs already; answers the new ones. Run daily, in any number.

    It begins where the last round ended, so a time without a scheduler leaves no gap; what was due before the very
    first round is nobody's duty. What the project began too late for it does not owe.
    """
    day = clock.local(clock.now()).date()
    since = db.session.scalar(select(func.max(Round.day)).where(Round.day < day)) or day
    rules, born_on = rules_here(known), db.session.scalars(select(RollUp.born_on)).one()
    owed = [each for each in coming(rules, since, day) if born_on <= each.period.begins]
    made = _generate(owed, rules)
    _carry_over(owed, rules)
    _tell_again(rules, day)
    db.session.execute(insert(Round).values(day=day, made_at=clock.now()).on_conflict_do_nothing())
    db.session.flush()
    return made


def coming(rules: Rules, since: date, day: date) -> Iterator[Owed]:
    """Every clause in every period that is due from `since` on and either within AHEAD of a day or running on it."""
    for every in Every:
        for about in periods(every, shift(since, -FARTHEST), shift(day + AHEAD, FARTHEST)):
            pack = rules.pack_on(about.begins)
            for clause in pack.clauses.values() if pack else ():
                if clause.every is not every or clause.deadline is None or not rules.owes(clause, about.begins):
                    continue
                due = clause.deadline.of(about)
                if pack and since <= due and (due <= day + AHEAD or about.begins <= day):
                    yield Owed(clause, about, due, pack)


def queue(
    duty: Duty, clause: Clause, rules: Rules, *, since: datetime | None = None, to: datetime | None = None
) -> None:
    """Ask for what is to be told about a duty, each at its moment; what was asked for before is not asked again."""
    for each in told(duty, clause, rules):
        if (since is None or since < each.at) and (to is None or each.at <= to):
            key = uuid5(NAMESPACE_URL, f"duties/{duty.id}/{each.name}/{each.at.isoformat()}/{duty.until}")
            enqueue("duties.due", str(duty.id), each.name, run_at=each.at, key=key)


def _generate(owed: list[Owed], rules: Rules) -> list[Duty]:
    if not owed:
        return []
    rows = [
        {
            "id": uuid4(), "clause": each.clause.id, "begins": each.period.begins, "ends": each.period.ends,
            "due_on": each.due_on, "pack_version": each.pack.version, "version": 1, "moved_reason": "",
            "created_at": clock.now(),
        }
        for each in owed
    ]  # fmt: skip
    made = db.session.scalars(insert(Duty).values(rows).on_conflict_do_nothing().returning(Duty)).all()
    for duty in made:
        record("duty.planned", duty, Actor.system(), due_on=duty.due_on.isoformat(), pack=duty.pack_version)
        if clause := rules.clause_of(duty):
            queue(duty, clause, rules)
    return list(made)


def _carry_over(owed: list[Owed], rules: Rules) -> None:
    """A version of the regulation that came after a duty was generated moves its planned day, and says so (R3)."""
    by_key = {(each.clause.id, each.period): each for each in owed}
    oldest = min((each.period.begins for each in owed), default=None)
    if oldest is None:
        return
    for duty in db.session.scalars(select(Duty).where(Duty.begins >= oldest).order_by(Duty.id).with_for_update()):
        new = by_key.get((duty.clause, duty.period))
        if new is None or new.due_on == duty.due_on:
            continue
        record(
            "duty.replanned", duty, Actor.system(), before=duty.due_on.isoformat(), after=new.due_on.isoformat(),
            pack_before=duty.pack_version, pack=new.pack.version,
        )  # fmt: skip
        duty.due_on, duty.pack_version, duty.version = new.due_on, new.pack.version, duty.version + 1
        db.session.flush()
        queue(duty, new.clause, rules)


def _tell_again(rules: Rules, day: date) -> None:
    """A day that became a rest day, or a year whose calendar is announced now, moves what is to be told this week."""
    now = clock.now()
    running = func.coalesce(Duty.moved_to, Duty.due_on) >= day - AHEAD
    for duty in db.session.scalars(select(Duty).where(running)):
        if clause := rules.clause_of(duty):
            queue(duty, clause, rules, since=now, to=now + AGAIN)
