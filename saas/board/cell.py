"""What is behind a cell: the clause as it bound the period, how it went in the last periods, and what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from saas import clock
from saas.board import spans
from saas.board.faces import Face, face, of
from saas.board.reading import tallies
from saas.policy import loader
from saas.policy.pack import Clause, Pack
from saas.policy.periods import Period, period
from saas.policy.standing import Tally
from saas.policy.words import KINDS, figures

PERIODS = 6
DATES = 5


@dataclass(frozen=True, slots=True)
class Behind:
    """A cell in full. `course` are the last periods, the newest first; `owed` the next moments at which something of
    it ends."""

    pack: Pack
    clause: Clause
    period: Period
    face: Face
    course: Sequence[tuple[str, Face]]
    facts: Sequence[tuple[str, str]]
    owed: Sequence[datetime]


def behind(pack_id: str, clause_id: str, span: Period, tenant: str, now: datetime) -> Behind | None:
    """The cell of a clause in a span, of a tenant whose cells are at hand. None for a clause that there is not.

    The clause is read from the version in force when its period begins (R3).
    """
    clause = next((p.clauses[clause_id] for p in _versions(pack_id, span) if clause_id in p.clauses), None)
    if clause is None:
        return None
    day = min(spans.today(), span.ends) if span.begins <= spans.today() < span.ends else span.begins
    here = period(clause.every, day)
    pack = loader.pack(pack_id, here.begins)
    clause = pack.clauses.get(clause_id, clause)
    first = here
    while len(_from(first, here)) < PERIODS:
        first = first.previous
    found = tallies([tenant], Period(first.begins, here.ends)).get((tenant, clause_id), [])
    those = {each.period: each for each in found}
    course = [
        (each.label, face(of([those[each]] if each in those else [], now))) for each in reversed(_from(first, here))
    ]
    known = those.get(here)
    seen = face(of([known] if known else [], now))
    return Behind(pack, clause, here, seen, course, _facts(pack, clause, here, known), _owed(known, now))


def _versions(pack_id: str, span: Period) -> list[Pack]:
    return [loader.pack(pack_id, span.begins), *loader.versions(pack_id)]


def _from(first: Period, last: Period) -> list[Period]:
    found = [first]
    while found[-1].begins < last.begins:
        found.append(found[-1].next)
    return found


def _facts(pack: Pack, clause: Clause, here: Period, known: Tally | None) -> list[tuple[str, str]]:
    facts = [
        ("期间", here.label), ("依据", clause.source), ("类型", KINDS[clause.kind]), ("要求", figures(clause, pack)),
        ("负责岗位", "、".join(pack.roles[role] for role in clause.roles)), ("规程版本", f"{pack.version} 版"),
    ]  # fmt: skip
    if clause.deadline:
        facts.insert(1, ("截止", f"{clause.deadline.of(here).isoformat()}（含）"))
    if known and known.need is not None:
        facts.insert(1, ("应做到", f"{known.need}，已做到 {known.met}"))
    return [(term, value) for term, value in facts if value]


def _owed(known: Tally | None, now: datetime) -> list[datetime]:
    return [clock.local(each) for each in (known.due if known else ()) if each >= now][:DATES]
