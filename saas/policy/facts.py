"""A pack as single statements in words, so that two versions can be compared one by one (rule R3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from typing import Any

from saas.policy import clocks
from saas.policy.cases import NAMES as OF_CASES
from saas.policy.cases import NEEDS
from saas.policy.clauses import BASES
from saas.policy.complaints import NAMES
from saas.policy.pack import Chain, Clause, Clock, Pack, Rung, Severity, Stage, Step
from saas.policy.repairs import NAMES as OF_REPAIRS
from saas.policy.report import ReportSection
from saas.policy.words import KINDS, least, number, until

NUMBERS, DAYS, LIMITS, CHAINS, ROLES, REMINDERS, TEXTS, OTHERS = (
    "数字", "期限", "时限", "审批链", "角色", "提醒与上报", "文字", "其他",
)  # fmt: skip
TABLES = {
    "roles": "角色", "flags": "标记", "categories": "投诉类别", "channels": "沟通方式", "request_kinds": "诉求种类",
    "sources": "投诉来源", "chapters": "章", "figures": "数字的说法",
    "company_departments": "公司部门",
}  # fmt: skip
SETTINGS = {
    "hierarchy": "级别次序", "hours": "营业时间", "acknowledgement": "自动回复", "expected_hours": "预计解决小时数",
    "soon": "临期提前", "remind_again": "再次提醒间隔", "public_for": "公开页保留", "pause_role": "暂停计时由谁批准",
    "duty_movers": "周期义务由谁申请改期", "duty_move_role": "改期由谁批准",
    "satisfaction": "满意度分级", "statistics_to": "投诉统计表呈报", "callback_statistics_to": "回访统计提交",
    "chain": "审批链", "from_month": "起草始于季度第几个月", "longest": "每章最多字数",
    "photos": "照片最多张数", "committee_for": "业委会答复期限", "check_every": "核对存档间隔", "copies": "批准时抄送",
    "held": "批准后由人发布",
} | NAMES | OF_CASES | OF_REPAIRS  # fmt: skip
STARTS = {
    "received": "收到", "accepted": "受理", "proposed": "提出方案", "handled": "处理完毕", "alarmed": "判为重大",
}  # fmt: skip
_TOLD = {*TABLES, "id", "version", "valid_from", "valid_until", "approved", "path", "title", "clauses"}
_TOLD |= {"chains", "clocks", "severities", "stages", "settings", "report"}

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of a pack: the group it is listed in, what it is about, and what it says.

    Two of them say the same when their `value` is the same: a role by another name is still that role.
    """

    group: str
    what: str
    words: str
    value: object


Facts = dict[Place, Fact]


def of_clause(clause: Clause, pack: Pack) -> Facts:
    """What a clause says, by aspect."""
    return {("clauses", clause.id, aspect): fact for aspect, fact in _clause(clause, pack)}


def of_pack(pack: Pack) -> Facts:
    """What a pack says besides its clauses, its dates and its approval."""
    found: Facts = {("title",): Fact(TEXTS, "规程名称", pack.title, pack.title)}
    for code, clock in pack.clocks.items():
        found |= {("clocks", code, aspect): fact for aspect, fact in _clock(clock, pack)}
    for code, chain in pack.chains.items():
        found |= {("chains", code, aspect): fact for aspect, fact in _chain(chain, pack)}
        found |= _rest(("chains", code), chain, pack, f"{chain.title}：", {"kind", "title", "steps"})
    for code, level in pack.severities.items():
        found |= {("severities", code, aspect): fact for aspect, fact in _severity(level, pack)}
    for code, stage in pack.stages.items():
        found |= {("stages", code, aspect): fact for aspect, fact in _stage(stage)}
    if pack.report is not None:
        found |= _rest(("report",), pack.report, pack, "服务报告：", {"title", "sections"})
        for nth, section in enumerate(pack.report.sections, start=1):
            found["report", section.code] = Fact(
                OTHERS, f"服务报告第 {nth} 章", _section(section, pack), (nth, section)
            )
    for table, name in TABLES.items():
        for code, label in getattr(pack, table).items():
            found[table, code] = Fact(OTHERS, f"{name} {code}", label, label)
    return found | _rest(("settings",), pack.settings, pack, "", set()) | _rest((), pack, pack, "", _TOLD)


def _clause(clause: Clause, pack: Pack) -> Iterator[tuple[str, Fact]]:
    title = clause.title
    bound = "品质运营中心" if clause.office else BASES.get(clause.only or "", "项目")
    yield "title", Fact(TEXTS, f"条款 {clause.id} 的标题", title, title)
    yield "text", Fact(TEXTS, f"{title}：", clause.text, clause.text)
    yield "roles", Fact(ROLES, f"{title}：负责", _roles(clause.roles, pack), clause.roles)
    yield "source", Fact(OTHERS, f"{title}：依据", clause.source, clause.source)
    yield "rule", Fact(OTHERS, f"{title}：规则", clause.rule, clause.rule)
    yield "chapter", Fact(OTHERS, f"{title}：章", pack.chapters[clause.chapter], clause.chapter)
    yield "kind", Fact(OTHERS, f"{title}：类型", KINDS[clause.kind], clause.kind)
    yield "evidence", Fact(OTHERS, f"{title}：证据", clause.evidence, clause.evidence)
    yield "bound", Fact(OTHERS, f"{title}：适用", bound, bound)
    yield "every", Fact(DAYS, f"{title}：周期", clause.every.label, clause.every)
    remind = "、".join(map(clocks.words, clause.remind)) or "不提醒"
    yield "remind", Fact(REMINDERS, f"{title}：提前", remind, clause.remind)
    yield "escalation", Fact(REMINDERS, f"{title}：逾期", _ladder(clause.escalation, pack), clause.escalation)
    if clause.deadline:
        yield "due", Fact(DAYS, f"{title}：", until(clause.deadline, clause.every), clause.deadline)
    if clause.target:
        yield "target", Fact(NUMBERS, f"{title}：", least(clause.target), clause.target)
    if clause.within:
        yield "within", Fact(LIMITS, f"{title}：", clause.within.label, clause.within)
    if clause.clock:
        yield "clock", Fact(LIMITS, f"{title}：计时", pack.clocks[clause.clock].label, clause.clock)
    if clause.chain:
        yield "chain", Fact(CHAINS, f"{title}：审批链", pack.chains[clause.chain].title, clause.chain)
    for code, value in clause.numbers.items():
        yield code, Fact(NUMBERS, f"{title}：", number(pack, code, value), value)


def _clock(clock: Clock, pack: Pack) -> Iterator[tuple[str, Fact]]:
    warning = clock.warn_before
    early = clocks.words(warning) if isinstance(warning, timedelta) else f"全部时间的 {warning:.0%}"
    yield "limit", Fact(LIMITS, clock.label, clock.limit, clock.limit)
    yield "label", Fact(TEXTS, f"时限 {clock.stage}", clock.label, clock.label)
    yield "starts", Fact(LIMITS, f"{clock.label}：起算", STARTS.get(clock.starts, clock.starts), clock.starts)
    yield "warn", Fact(REMINDERS, f"{clock.label}：提前", early, warning)
    yield "escalation", Fact(REMINDERS, f"{clock.label}：逾期", _ladder(clock.escalation, pack), clock.escalation)


def _chain(chain: Chain, pack: Pack) -> Iterator[tuple[str, Fact]]:
    def decision(step: Step) -> str:
        role, flagged = pack.roles[step.role], f"（限{pack.flags[step.when_flag]}）" if step.when_flag else ""
        flagged += f"（超过 {pack.numbers[step.over]} 元）" if step.over else ""
        return f"{step.label if step.label.startswith(role) else role + step.label}{flagged}"

    yield "title", Fact(TEXTS, f"审批链 {chain.kind}", chain.title, chain.title)
    yield "steps", Fact(CHAINS, chain.title, " → ".join(map(decision, chain.steps)), chain.steps)


def _severity(level: Severity, pack: Pack) -> Iterator[tuple[str, Fact]]:
    def ways(codes: tuple[str, ...]) -> str:
        return "、".join(pack.callback_channels[code].label for code in codes)

    name = f"{level.label}投诉"
    yield "label", Fact(TEXTS, f"投诉等级 {level.code}", level.label, level.label)
    yield "quota", Fact(NUMBERS, f"{name}回访率", f"{level.callback_quota}%", level.callback_quota)
    yield "solution", Fact(ROLES, f"{name}：方案由谁审批", pack.roles[level.solution_role], level.solution_role)
    yield "callback", Fact(ROLES, f"{name}：由谁回访", pack.roles[level.callback_role], level.callback_role)
    yield "first", Fact(OTHERS, f"{name}：首次回访方式", ways(level.callback_first), level.callback_first)
    needs, flags = "、".join(NEEDS[each] for each in level.needs), "、".join(pack.flags[each] for each in level.flags)
    yield "needs", Fact(OTHERS, f"{name}：办结须有", needs or "无特别要求", level.needs)
    yield "flags", Fact(CHAINS, f"{name}：送审时带", flags or "无标记", level.flags)
    yield "later", Fact(OTHERS, f"{name}：以后回访方式", ways(level.callback_later), level.callback_later)


def _stage(stage: Stage) -> Iterator[tuple[str, Fact]]:
    years = "尚未收房" if stage.from_years is None else f"满 {stage.from_years} 年"
    yield "label", Fact(TEXTS, f"客户阶段 {stage.code}", stage.label, stage.label)
    yield "years", Fact(NUMBERS, f"{stage.label}：收房", years, stage.from_years)
    yield "focus", Fact(TEXTS, f"{stage.label}：维护重点", stage.focus, stage.focus)


def _section(section: ReportSection, pack: Pack) -> str:
    facts = [section.title, "必写" if section.required else "选写"]
    facts += [f"至少 {section.least} 字"] if section.least else []
    facts += [f"数据 {'、'.join(section.figures)}"] if section.figures else []
    facts += [f"限{BASES[section.only]}"] if section.only else []
    facts += [f"经{pack.chains[section.chain].title}审批链"] if section.chain else []
    return "，".join([*facts, f"提示：{section.hint}"])


def _rest(place: Place, thing: Any, pack: Pack, about: str, told: set[str]) -> Facts:
    """Every other value below a place of the file, in its own terms: a new table is compared without further work."""
    items = thing.items() if isinstance(thing, Mapping) else ((f.name, getattr(thing, f.name)) for f in fields(thing))
    found: Facts = {}
    for key, value in items:
        name = SETTINGS.get(key, key)
        if key in told:
            continue
        if isinstance(value, tuple) and any(map(is_dataclass, value)):
            value = {getattr(each, "code", f"第 {nth} 项"): each for nth, each in enumerate(value, 1)}
        if isinstance(value, Mapping) or is_dataclass(value):
            found |= _rest((*place, key), value, pack, f"{about}{name} ", set())
        else:
            found[(*place, key)] = Fact(OTHERS, f"{about}{name}", _words(value, pack), value)
    return found


def _words(value: Any, pack: Pack) -> str:
    """A value in words; codes of roles by their names."""
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, timedelta):
        return clocks.words(value)
    if isinstance(value, tuple):
        return "、".join(_words(each, pack) for each in value)
    return pack.roles.get(str(value), str(value))


def _roles(codes: tuple[str, ...], pack: Pack) -> str:
    return "、".join(pack.roles[code] for code in codes)


def _ladder(rungs: tuple[Rung, ...], pack: Pack) -> str:
    told = [f"{clocks.words(r.after) + '后' if r.after else '即'}报{pack.roles[r.role]}" for r in rungs]
    return "，".join(told) or "不上报"
