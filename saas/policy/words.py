"""A pack in words: how a clause binds and by what figures, as screens, commands and comparisons tell it."""

from saas.policy.pack import Chain, Clause, Deadline, Kind, Pack, Target
from saas.policy.periods import Every

KINDS = {
    Kind.PERIODIC: "定期", Kind.QUOTA: "比例", Kind.REACTION: "时限", Kind.CHAIN: "审批", Kind.INVARIANT: "始终",
}  # fmt: skip
_YEARS = {-1: "上年 ", 0: "", 1: "次年 "}


def figures(clause: Clause, pack: Pack) -> str:
    """2 小时; 项目经理 → 分管领导; 每季度，次月 10 日前; 每月不少于 3 户; empty where a clause has no figures."""
    told = []
    if clause.deadline:
        told.append(f"{clause.every.label}，{until(clause.deadline, clause.every)}")
    if clause.target:
        told.append(f"{clause.every.label}{least(clause.target)}")
    elif clause.kind is Kind.QUOTA and not clause.numbers:
        told.append("、".join(f"{level.label} {level.callback_quota}%" for level in pack.severities.values()))
    if clause.clock:
        told.append(pack.clocks[clause.clock].limit)
    if clause.within:
        told.append(clause.within.label)
    if clause.chain:
        told.append(steps(pack.chains[clause.chain], pack))
    told += [number(pack, code, value) for code, value in clause.numbers.items()]
    return "；".join(told)


def least(target: Target) -> str:
    """What a quota asks for: 不少于 25%, 不少于 3 户, 全部."""
    return "全部" if target.percent == 100 else f"不少于 {target.label}"


def number(pack: Pack, code: str, value: int) -> str:
    """A number of a clause as [figures] tells it: 提前 10 天."""
    return pack.figures[code].replace("{}", str(value))


def steps(chain: Chain, pack: Pack) -> str:
    """Who decides in which order; in brackets who does so only for what is flagged: 项目经理 → （总经理）."""
    return " → ".join(
        f"（{pack.roles[step.role]}）" if step.when_flag or step.over else pack.roles[step.role] for step in chain.steps
    )


def until(deadline: Deadline, every: Every) -> str:
    """The last day of a duty, seen from its period: 次月 10 日前, 首月 5 日前, 末月底前, 上年 12 月 28 日前."""
    day = "底前" if deadline.day == 31 else f" {deadline.day} 日前"
    if every is Every.YEAR:
        year, month = divmod(deadline.months + (11 if deadline.from_end else 0), 12)
        return f"{_YEARS[year]}{month + 1} 月{day}"
    return f"{_month(deadline, every)}{day}"


def _month(deadline: Deadline, every: Every) -> str:
    months = deadline.months
    if months == 0:
        return "当月" if every is Every.MONTH else "末月" if deadline.from_end else "首月"
    if months > 0 and not deadline.from_end and every is not Every.MONTH:
        return f"第 {months + 1} 个月"
    return {-1: "上月", 1: "次月"}.get(months) or f"{'前' if months < 0 else '后'} {abs(months)} 个月"
