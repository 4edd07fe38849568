"""The difference between two versions of a regulation, in the words of its author (rule R3)."""

from saas.policy import facts
from saas.policy.facts import Fact, of_clause, of_pack
from saas.policy.pack import Clause, Pack
from saas.policy.words import figures

ADDED, REMOVED = "新增条款", "删除条款"
GROUPS = (
    ADDED, REMOVED, facts.NUMBERS, facts.DAYS, facts.LIMITS, facts.CHAINS, facts.ROLES, facts.REMINDERS, facts.TEXTS,
    facts.OTHERS,
)  # fmt: skip
SHORT = (facts.NUMBERS, facts.DAYS, facts.LIMITS)
"""Groups whose statements are figures, told with an arrow."""


def difference(old: Pack, new: Pack) -> list[tuple[str, list[str]]]:
    """What changed, grouped, clauses in their order; empty when the two say the same.

    Version, dates and approval are not compared: they belong to the version, not to what it says.
    """
    found: dict[str, list[str]] = {group: [] for group in GROUPS}
    for clause in new.clauses.values():
        if clause.id not in old.clauses:
            found[ADDED].append(_whole(clause, new))
    for clause in old.clauses.values():
        if clause.id not in new.clauses:
            found[REMOVED].append(_whole(clause, old))
    before, after = of_pack(old), of_pack(new)
    for clause in new.clauses.values():
        if clause.id in old.clauses:
            before |= of_clause(old.clauses[clause.id], old)
            after |= of_clause(clause, new)
    for key, now in after.items():
        was = before.pop(key, None)
        if was is None:
            found[now.group].append(f"{now.what.removesuffix('：')}：新增「{now.words}」")
        elif was.value != now.value:
            found[now.group].append(_changed(was, now))
    for was in before.values():
        found[was.group].append(f"{was.what.removesuffix('：')}：删去「{was.words}」")
    return [(group, lines) for group, lines in found.items() if lines]


def _whole(clause: Clause, pack: Pack) -> str:
    told = figures(clause, pack)
    return f"{clause.title}（{clause.rule}，{clause.source}）{f'：{told}' if told else ''}"


def _changed(was: Fact, now: Fact) -> str:
    if now.group in SHORT:
        gap = "" if now.what.endswith("：") else " "
        return f"{now.what}{gap}{was.words} → {now.words}"
    gap = " " if now.what[-1].isascii() else ""
    return f"{now.what}{gap}由「{was.words}」改为「{now.words}」"
