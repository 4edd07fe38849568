"""The clause behind a duty, as it stands in the pack."""

from saas.policy.pack import Clause, Pack


def clause_of(pack: Pack, slice_name: str, clock: str) -> Clause | None:
    """The clause that sets this clock for the records of a slice, such as (complaints, solution)."""
    bound = (clause for clause in pack.clauses.values() if clause.clock == clock)
    return next((clause for clause in bound if clause.evidence.partition(".")[0] == slice_name), None)


def cited(clause: Clause | None) -> str:
    """The clause as a reminder quotes it: where it stands, and what it asks for."""
    return f"{clause.source} {clause.title}" if clause else ""
