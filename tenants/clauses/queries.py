"""The clauses of the pack with what the records of the running period say of each (R1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from saas import clock
from saas.policy.evidence import Evidence, Question, Source, told
from saas.policy.loader import pack
from saas.policy.pack import Clause, Pack
from saas.policy.periods import Period, period


@dataclass(frozen=True)
class Shown:
    """A clause and its evidence in a period; without evidence where no slice keeps such records yet (未启用)."""

    clause: Clause
    period: Period
    evidence: Evidence | None


def shown(clause: Clause, rules: Pack, known: Mapping[str, Source]) -> Shown:
    """A clause with the evidence of the period that runs, judged by the version in force when it began (R3).

    What is off asks the database nothing.
    """
    running = period(clause.every, clock.local(clock.now()).date())
    if clause.evidence not in known:
        return Shown(clause, running, None)
    judge = pack(rules.id, running.begins)
    bound = judge.clauses.get(clause.id)
    if bound is None or bound.evidence not in known:  # it binds from the next period on
        return Shown(clause, running, Evidence())
    return Shown(clause, running, told(known[bound.evidence].query(Question(bound, judge, running.begin, running.end))))
