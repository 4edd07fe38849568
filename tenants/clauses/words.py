"""A clause in words: how it binds and by what figures."""

from saas.policy.evidence import MET, MISSED, OPEN
from saas.policy.pack import Clause, Kind, Pack

KINDS = {
    Kind.PERIODIC: "定期", Kind.QUOTA: "比例", Kind.REACTION: "时限", Kind.CHAIN: "审批", Kind.INVARIANT: "始终",
}  # fmt: skip
VERDICTS = {
    MISSED: ("未做到", "red", "triangle-alert"), OPEN: ("进行中", "blue", "clock"), MET: ("已做到", "green", "check"),
}  # fmt: skip


def figures(clause: Clause, pack: Pack) -> str:
    """2 小时; 项目经理 → 分管领导; 一般 50%、重要 100% …; empty where a clause has no figures."""
    if clause.clock:
        return pack.clocks[clause.clock].limit
    if clause.chain:
        return " → ".join(pack.roles[step.role] for step in pack.chains[clause.chain].steps)
    if clause.kind is Kind.QUOTA:
        return "、".join(f"{level.label} {level.callback_quota}%" for level in pack.severities.values())
    return "、".join(f"{number}" for number in clause.numbers.values())
