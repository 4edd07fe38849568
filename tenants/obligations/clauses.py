"""The clause behind a duty, as it stands in the pack."""

from saas.policy.pack import Clause, Pack


def clause_of(pack: Pack, nouns: str | tuple[str, ...], clock: str) -> Clause | None:
    """The clause that sets this clock for these kinds of records, such as (complaints, solution)."""
    known = (nouns,) if isinstance(nouns, str) else nouns
    return next((clause for clause in pack.clauses.values() if clause.clock == clock and clause.noun in known), None)


OF_CASES = ("complaints", "alarms")
"""The kinds of records whose clocks run on a complaint."""


def cited(clause: Clause | None) -> str:
    """The clause as a reminder quotes it: where it stands, and what it asks for."""
    return f"{clause.source} {clause.title}" if clause else ""
