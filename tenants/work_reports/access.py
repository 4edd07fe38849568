"""Who files work reports and who reads them, by the clause that asks for them (C4)."""

from saas.policy.pack import Clause, Pack

FILED = "work_reports.filed"


def clause_of(pack: Pack) -> Clause | None:
    """The clause that asks for daily reports, where the pack has one."""
    return next((each for each in pack.clauses.values() if each.evidence == FILED), None)


def filers(pack: Pack) -> tuple[str, ...]:
    """Who reports: the roles of the clause."""
    clause = clause_of(pack)
    return clause.roles if clause else ()


def head(pack: Pack) -> str:
    """The head of the department: the first level above those who report."""
    ranks = [pack.hierarchy.index(role) for role in filers(pack) if role in pack.hierarchy]
    return pack.hierarchy[min(max(ranks, default=0) + 1, len(pack.hierarchy) - 1)]


def heads(pack: Pack) -> tuple[str, ...]:
    """Who reads everybody's: the head and the levels above."""
    return pack.hierarchy[pack.hierarchy.index(head(pack)) :]


def readers(pack: Pack) -> tuple[str, ...]:
    """Who opens the list: those who report, for their own, and their heads."""
    return (*filers(pack), *heads(pack))
