"""The clauses of the pack with what this month's records say of each (R1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from saas import clock
from saas.policy.evidence import Evidence, Question, Source, told
from saas.policy.pack import Clause, Pack
from saas.policy.periods import Every, period


@dataclass(frozen=True)
class Shown:
    """A clause and its evidence."""

    clause: Clause
    evidence: Evidence


def shown(clause: Clause, pack: Pack, known: Mapping[str, Source]) -> Shown:
    """A clause with this month's evidence. KeyError for a name that no slice answers."""
    month = period(Every.MONTH, clock.local(clock.now()).date())
    return Shown(clause, told(known[clause.evidence].query(Question(clause, pack, month.begin, month.end))))
