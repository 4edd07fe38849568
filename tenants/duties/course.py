"""How the periodic clauses were kept over the last year: by what the board measured, also before there were duties."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from saas.board import lateness
from saas.board.models import Cell
from saas.db import db, schema_of
from saas.identity.actor import Actor
from saas.policy.periods import Period
from saas.policy.standing import State
from tenants.duties.queries import BACK
from tenants.duties.rules import Rules

ENDED = (State.MET, State.LATE)
_STATES = [lateness.ORDER.index(each) for each in ENDED]


@dataclass(frozen=True)
class Course:
    """Of `ended` duties of the last year `kept` were done by the planned day; a moved day makes none of them kept."""

    kept: int = 0
    ended: int = 0

    @property
    def share(self) -> str:
        """92%, or -- while nothing has ended."""
        return f"{100 * self.kept // self.ended}%" if self.ended else "--"


def course(rules: Rules, now: datetime, today: date, mine: Actor | None = None) -> Course:
    """What fell due within a year, and what is done already of that to come; only on the roles of `mine`, if given.

    The figures are those of the board, so they come seconds after the records.
    """
    query = select(Cell.clause, Cell.begins, Cell.ends, lateness.STATE).where(
        Cell.tenant == schema_of(db.session()), Cell.clause.in_(_periodic(rules)), lateness.STATE.in_(_STATES)
    )
    found = [
        lateness.ORDER[place] for clause, begins, ends, place in db.session.execute(query, lateness.moment(now))
        if _counts(rules, clause, Period(begins, ends), today, mine)
    ]  # fmt: skip
    return Course(found.count(State.MET), len(found))


def _periodic(rules: Rules) -> set[str]:
    return {each.id for pack in rules.versions for each in pack.clauses.values() if each.deadline is not None}


def _counts(rules: Rules, name: str, about: Period, today: date, mine: Actor | None) -> bool:
    pack = rules.pack_on(about.begins)
    clause = pack.clauses.get(name) if pack else None
    if clause is None or clause.deadline is None or not rules.owes(clause, about.begins):
        return False
    return clause.deadline.of(about) >= today - BACK and (mine is None or mine.has(*clause.roles))
