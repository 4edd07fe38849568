"""The clauses of a pack file: what binds whom, and the evidence for it."""

from types import MappingProxyType

from saas.policy.pack import Chain, Clause, Clock, Kind
from saas.policy.reading import Table


def clauses(
    file: Table, roles: dict[str, str], chains: dict[str, Chain], clocks: dict[str, Clock]
) -> dict[str, Clause]:
    """The clauses by their ids, in the order of the file; each binds roles, a chain or a clock of this same file."""
    found: dict[str, Clause] = {}
    for item in file.tables("clauses"):
        clause = _clause(item, roles, {code: c.title for code, c in chains.items()}, dict.fromkeys(clocks, ""))
        if clause.id in found and item.has("id"):
            item.blame("id", f"条款 {clause.id} 重复：请换一个 id")
        found[clause.id] = clause
    return found


def _clause(item: Table, roles: dict[str, str], chains: dict[str, str], clocks: dict[str, str]) -> Clause:
    kind = item.one_of("kind", tuple(Kind), "条款类型")
    numbers: dict[str, int] = {}
    if item.has("numbers") or kind == Kind.PERIODIC:
        table = item.table("numbers")
        for name in table.codes():
            numbers[name] = table.percent(name) if name.startswith("percent") else table.number(name, least=0)
    clause = Clause(
        id=item.text("id"),
        rule=item.text("rule"),
        source=item.text("source"),
        title=item.text("title"),
        text=item.text("text"),
        kind=Kind(kind) if kind in set(Kind) else Kind.INVARIANT,
        roles=item.some_of("roles", roles, "角色"),
        evidence=item.text("evidence"),
        numbers=MappingProxyType(numbers),
        chain=item.one_of("chain", chains, "审批链") if kind == Kind.CHAIN or item.has("chain") else None,
        clock=item.one_of("clock", clocks, "时限") if kind == Kind.REACTION or item.has("clock") else None,
    )
    item.close()
    return clause
