"""The clauses of a pack file: what binds whom, and the evidence for it."""

import re
from datetime import timedelta
from types import MappingProxyType

from saas.policy.pack import LIMITS, OUTSIDERS, TIMES, Chain, Clause, Clock, Deadline, Kind, Limit, Rung, Target
from saas.policy.periods import Every
from saas.policy.reading import Table

BASES = {"lump_sum": "包干制", "remuneration": "酬金制"}
"""The fee bases of projects; a clause may bind only one of them."""


_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_EVIDENCE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
_SHORTEST = {Every.MONTH: 28, Every.QUARTER: 90, Every.HALF_YEAR: 181, Every.YEAR: 365}


def clauses(
    file: Table,
    chapters: dict[str, str],
    figures: dict[str, str],
    roles: dict[str, str],
    chains: dict[str, Chain],
    clocks: dict[str, Clock],
) -> dict[str, Clause]:
    """The clauses by their ids, in the order of the file; each binds roles, a chain or a clock of this same file."""
    found: dict[str, Clause] = {}
    for item in file.tables("clauses"):
        kind = item.one_of("kind", tuple(Kind), "条款类型")
        every = _every(item, kind)
        calendar = kind in (Kind.PERIODIC, Kind.QUOTA)
        clause = Clause(
            id=item.formed("id", _ID, '"notice-approval"'),
            rule=item.text("rule"),
            source=item.text("source"),
            title=item.text("title"),
            text=item.text("text"),
            kind=Kind(kind) if kind in set(Kind) else Kind.INVARIANT,
            roles=item.some_of("roles", roles, "角色"),
            evidence=item.formed("evidence", _EVIDENCE, '"visits.occupied"（记录.查询）'),
            numbers=MappingProxyType(_numbers(item, figures)),
            chain=_code(item, "chain", {code: c.title for code, c in chains.items()}, "审批链", kind == Kind.CHAIN),
            clock=_code(
                item, "clock", dict.fromkeys(clocks, ""), "时限", kind == Kind.REACTION and not item.has("within")
            ),
            every=every,
            deadline=_deadline(item) if kind == Kind.PERIODIC else None,
            target=_target(item) if kind == Kind.QUOTA and item.has("target") else None,
            remind=_remind(item, every) if calendar and item.has("remind") else (),
            escalation=tuple(rungs(item, roles)) if calendar else (),
            office=item.has("office") and item.flag("office"),
            only=item.one_of("only", BASES, "计费方式") if item.has("only") else None,
            chapter=item.one_of("chapter", chapters, "章"),
            within=_within(item) if kind == Kind.REACTION and item.has("within") else None,
            line=item.line("evidence"),
        )
        if clause.id in found and item.has("id"):
            item.blame("id", f"条款 {clause.id} 重复：请换一个 id")
        if clause.clock and clause.within:
            item.blame("within", "clock 和 within 只写一个：有时限计时的写 clock，其余写 within")
        if clause.office and clause.only:
            item.blame("only", "only 与 office = true 不能同时写：品质运营中心没有计费方式")
        item.close()
        found[clause.id] = clause
    return found


def _code(item: Table, key: str, allowed: dict[str, str], what: str, needed: bool) -> str | None:
    return item.one_of(key, allowed, what) if needed or item.has(key) else None


def _numbers(item: Table, figures: dict[str, str]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    if item.has("numbers"):
        table = item.table("numbers")
        for name in table.codes():
            numbers[name] = table.percent(name) if name.startswith("percent") else table.number(name, 9_999_999, 0)
            if name not in figures:
                example = f'{name} = "提前 {{}} 天"'
                table.blame(name, f"没有叫“{name}”的数字：请在 [figures] 里写明怎样说，例如 {example}")
    return numbers


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
    unit = table.text("unit") if table.has("unit") else TIMES
    target = Target(table.percent("percent")) if table.has("percent") else Target(None, table.number("count"), unit)
    table.close()
    return target


def _within(item: Table) -> Limit:
    table = item.table("within")
    limit = Limit(table.number("amount"), table.one_of("unit", LIMITS, "单位"))
    table.close()
    return limit


def _remind(item: Table, every: Every) -> tuple[timedelta, ...]:
    spans = item.spans("remind")
    if spans and spans[0] > timedelta(days=_SHORTEST[every]):
        item.blame("remind", f"提醒比周期还长：{every.label}一次的事项，remind 最多 {_SHORTEST[every]}d")
    return spans


def rungs(item: Table, roles: dict[str, str]) -> list[Rung]:
    """Who is told how long after the due moment: each later than the one before, and a role only once."""
    found: list[Rung] = []
    for each in item.tables("escalation") if item.has("escalation") else ():
        rung = Rung(each.span("after"), staff_role(each, "role", roles))
        if found and rung.after <= found[-1].after:
            each.blame("after", "上报要一级比一级晚：请把 after 改得比上一级大")
        if any(rung.role == before.role for before in found):
            each.blame("role", f"上报又回到{roles.get(rung.role, rung.role)}：每一级要换一个角色")
        found.append(rung)
        each.close()
    return found


def staff_role(table: Table, key: str, roles: dict[str, str]) -> str:
    """The role of somebody who works here: others cannot decide, and no reminder reaches them."""
    role = table.one_of(key, roles, "角色")
    if role in OUTSIDERS:
        table.blame(key, f"{roles.get(role, role)}不是公司员工，这一步没有人能办：请换一个员工的角色")
    return role
