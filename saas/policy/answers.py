"""Which clauses the product can answer for: a clause whose kind of records no slice keeps yet is 未启用 (rule R1)."""

from collections.abc import Collection, Iterable

from saas.policy.pack import Clause, Pack
from saas.policy.source import PackError, Problem


def off(pack: Pack, names: Collection[str]) -> list[Clause]:
    """The clauses without a query among `names`: they count as nothing, neither met nor missed."""
    return [clause for clause in pack.clauses.values() if clause.evidence not in names]


def unanswered(pack: Pack, names: Collection[str]) -> list[Problem]:
    """Clauses whose records are kept, but whose query is not there: most likely a misspelled name."""
    nouns = {name.partition(".")[0] for name in names}
    problems = []
    for clause in off(pack, names):
        if clause.noun in nouns:
            known = "、".join(sorted(name for name in names if name.startswith(f"{clause.noun}.")))
            message = f"[clauses {clause.id}] 没有叫“{clause.evidence}”的证据查询：请从这些里选：{known}"
            problems.append(Problem(pack.path, clause.line, message))
    return problems


def insist(packs: Iterable[Pack], names: Collection[str]) -> None:
    """Refuse packs that ask for a query which is not there. PackError with file and line of each clause."""
    problems = [problem for pack in packs for problem in unanswered(pack, names)]
    if problems:
        raise PackError(problems)
