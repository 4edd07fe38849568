"""The clauses of a pack file: what binds whom, and the evidence for it."""

from types import MappingProxyType

from saas.policy.pack import Chain, Clause, Clock, Deadline, Kind, Rung, Target
from saas.policy.periods import Every
from saas.policy.reading import Table

BASES = {"lump_sum": "包干制", "remuneration": "酬金制"}
"""The fee bases of projects; a clause may bind only one of them."""


def clauses(
    file: Table, chapters: dict[str, str], roles: dict[str, str], chains: dict[str, Chain], clocks: dict[str, Clock]
) -> dict[str, Clause]:
    """The clauses by their ids, in the order of the file; each binds roles, a chain or a clock of this same file."""
    found: dict[str, Clause] = {}
    for item in file.tables("clauses"):
        titles = {code: chain.title for code, chain in chains.items()}
        clause = _clause(item, chapters, roles, titles, dict.fromkeys(clocks, ""))
        if clause.id in found and item.has("id"):
            item.blame("id", f"条款 {clause.id} 重复：请换一个 id")
        found[clause.id] = clause
    return found


def _clause(
    item: Table, chapters: dict[str, str], roles: dict[str, str], chains: dict[str, str], clocks: dict[str, str]
) -> Clause:
    kind = item.one_of("kind", tuple(Kind), "条款类型")
    numbers: dict[str, int] = {}
    if item.has("numbers"):
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
        every=_every(item, kind),
        deadline=_deadline(item) if kind == Kind.PERIODIC else None,
        target=_target(item) if item.has("target") else None,
        remind=tuple(item.spans("remind")) if item.has("remind") else (),
        escalation=tuple(rungs(item, roles)),
        office=item.has("office") and item.flag("office"),
        only=item.one_of("only", BASES, "计费方式") if item.has("only") else None,
        chapter=item.one_of("chapter", chapters, "章"),
    )
    item.close()
    return clause


def _every(item: Table, kind: str) -> Every:
    if kind not in (Kind.PERIODIC, Kind.QUOTA) and not item.has("every"):
        return Every.MONTH
    name = item.one_of("every", tuple(Every), "周期")
    return Every(name) if name in set(Every) else Every.MONTH


def _deadline(item: Table) -> Deadline:
    table = item.table("due")
    deadline = Deadline(
        from_end=table.one_of("from", ("begin", "end"), "起点") == "end",
        months=table.number("months", least=-12, largest=12),
        day=table.number("day", largest=31),
    )
    table.close()
    return deadline


def _target(item: Table) -> Target:
    table = item.table("target")
    if table.has("percent") == table.has("count"):
        table.blame("percent", "percent 和 count 只写一个：按比例，或按数量")
    target = Target(percent=table.percent("percent")) if table.has("percent") else Target(count=table.number("count"))
    table.close()
    return target


def rungs(item: Table, roles: dict[str, str]) -> list[Rung]:
    """Who is told how long after the due moment, each later than the one before."""
    found: list[Rung] = []
    for each in item.tables("escalation") if item.has("escalation") else ():
        rung = Rung(each.span("after"), each.one_of("role", roles, "角色"))
        if found and rung.after <= found[-1].after:
            each.blame("after", "上报要一级比一级晚：请把 after 改得比上一级大")
        found.append(rung)
        each.close()
    return found
