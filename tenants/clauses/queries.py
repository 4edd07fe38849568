"""The clauses of the pack with what this month's records say of each (R1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from saas import clock
from saas.policy.evidence import Evidence, Query, Question
from saas.policy.pack import Clause, Pack


@dataclass(frozen=True)
class Shown:
    """A clause and its evidence."""

    clause: Clause
    evidence: Evidence


def month(moment: datetime) -> tuple[datetime, datetime]:
    """The month of a moment on the clock of Shanghai: its beginning and the next one's."""
    first = clock.local(moment).date().replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return datetime.combine(first, time(0), clock.CN), datetime.combine(after, time(0), clock.CN)


def shown(clause: Clause, pack: Pack, queries: Mapping[str, Query]) -> Shown:
    """A clause with this month's evidence. KeyError for a name that no slice answers."""
    return Shown(clause, queries[clause.evidence](Question(clause, pack, *month(clock.now()))))
