"""From the tables of a pack file to a `Pack`, noting everything that does not hold together."""

import re
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from saas.policy.cases import NEEDS, alarm, alike, payments, reopening
from saas.policy.clauses import BASES, clauses, rungs, staff_role
from saas.policy.complaints import complaint_roles, departments, no_reply_reasons, public_form
from saas.policy.pack import (
    OUTSIDERS,
    Approved,
    CallbackChannel,
    Chain,
    Clause,
    Clock,
    Pack,
    Severity,
    Stage,
    Step,
    StepName,
    Unit,
)
from saas.policy.reading import Table
from saas.policy.repairs import price_rules, repair_rules
from saas.policy.report import template
from saas.policy.settings import settings

CHANNELS = {
    "public_page": "公开页", "email": "电子邮件", "by_hand": "线下递交、张贴", "sms": "短信", "survey": "在线问卷",
}  # fmt: skip
"""How something can reach customers. A chain names those that it decides about (H2)."""
STARTS = ("received", "accepted", "proposed", "handled", "alarmed")
"""The facts of a case that may start a clock."""

_ID = re.compile(r"[a-z][a-z0-9_-]*")
_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){0,3}")


def build(file: Table, path: Path) -> Pack:
    """The pack of a whole file. With mistakes noted, stand-ins take the place of what is wrong: do not use it then."""
    roles, flags = file.labels("roles"), file.labels("flags")
    channels = {code: _callback_channel(code, table) for code, table in _each(file, "callback_channels")}
    labels = {code: channel.label for code, channel in channels.items()}
    others = settings(file.table("settings"), roles)
    chapters, figures = file.labels("chapters"), _figures(file)
    chains = {
        code: _chain(code, table, roles, flags, others.hierarchy, figures) for code, table in _each(file, "chains")
    }
    clocks = {code: _clock(code, table, roles) for code, table in _each(file, "clocks")}
    severities = {code: _severity(code, table, roles, labels, flags) for code, table in _each(file, "severities")}
    bound = clauses(file, chapters, figures, roles, chains, clocks)
    _limits(file, chains, bound)
    staff = {code: roles[code] for code in roles if code not in OUTSIDERS}
    does = complaint_roles(file, staff)
    since = file.day("valid_from")
    ways, sources = file.labels("channels"), file.labels("sources")
    inner = {chain.kind: chain.title for chain in chains.values() if chain.inner}
    prices = price_rules(file, staff, inner) if file.has("price_lists") else None
    pack = Pack(
        id=file.formed("id", _ID, '"property"'),
        version=file.formed("version", _VERSION, '"1.2"'),
        title=file.text("title"),
        valid_from=since,
        valid_until=_until(file, since),
        approved=_approved(file, since),
        path=path,
        roles=MappingProxyType(roles),
        flags=MappingProxyType(flags),
        categories=MappingProxyType(file.labels("categories")),
        channels=MappingProxyType(ways),
        request_kinds=MappingProxyType(file.labels("request_kinds")),
        sources=MappingProxyType(sources),
        callback_channels=MappingProxyType(channels),
        chains=MappingProxyType(chains),
        clocks=MappingProxyType(clocks),
        severities=MappingProxyType(severities),
        stages=MappingProxyType(_stages(file)),
        chapters=MappingProxyType(chapters),
        figures=MappingProxyType(figures),
        clauses=MappingProxyType(bound),
        settings=others,
        departments=MappingProxyType(departments(file, staff)),
        company_departments=MappingProxyType(file.labels("company_departments")),
        no_reply_reasons=MappingProxyType(no_reply_reasons(file)),
        complaint_roles=does,
        public_form=public_form(file, sources, ways),
        alike=alike(file),
        alarm=alarm(file, {code: each.label for code, each in severities.items()}, staff, does.readers),
        reopening=reopening(file, staff, {code: each.label for code, each in clocks.items()}),
        payments=payments(file, staff),
        report=template(
            file.table("report"), {c.kind: c.title for c in chains.values()},
            [c.kind for c in chains.values() if c.held], BASES,
        ) if file.has("report") else None,
        price_lists=prices,
        repairs=repair_rules(file, staff, prices.groups if prices else {}) if file.has("repairs") else None,
    )  # fmt: skip
    file.close()
    return pack


def _each(file: Table, key: str) -> list[tuple[str, Table]]:
    table = file.table(key)
    return [(code, table.table(code)) for code in table.codes()]


def _until(file: Table, since: date) -> date | None:
    if not file.has("valid_until"):
        return None
    until = file.day("valid_until")
    if until < since:
        file.blame("valid_until", "valid_until 早于 valid_from：最后一天要在生效之后")
    return until


def _approved(file: Table, since: date) -> Approved:
    table = file.table("approved")
    approved = Approved(table.text("by"), table.day("on"))
    table.close()
    if table.has("on") and approved.on > since:
        table.blame("on", f"批准日 {approved.on} 晚于生效日 {since}：规程要先批准、后执行")
    return approved


def _figures(file: Table) -> dict[str, str]:
    """How the numbers of clauses are told; each label has one {} for its number."""
    if not file.has("figures"):
        return {}
    labels = file.labels("figures")
    for code, label in labels.items():
        if label.count("{}") != 1:
            file.table("figures").blame(code, f'“{label}”里要有一个 {{}}，数字写在那里：例如 "提前 {{}} 天"')
    return labels


def _limits(file: Table, chains: dict[str, Chain], bound: dict[str, Clause]) -> None:
    """A step over an amount names a number that one clause has, so that it is said once what somebody may decide."""
    for code, step in ((c.kind, step) for c in chains.values() for step in c.steps if step.over):
        known = [clause.id for clause in bound.values() if step.over in clause.numbers]
        if len(known) != 1:
            told = "没有条款写着" if not known else f"条款 {'、'.join(known)} 都写着"
            file.table("chains").blame(code, f"审批链 {code} 的 over = “{step.over}”{told}这个数字：须恰有一条写它")


def _chain(
    kind: str, table: Table, roles: dict[str, str], flags: dict[str, str], ranks: tuple[str, ...],
    figures: dict[str, str],
) -> Chain:  # fmt: skip
    steps: list[Step] = []
    order = list(StepName)
    for item in table.tables("steps"):
        name = item.one_of("name", tuple(order), "步骤")
        role = staff_role(item, "role", roles)
        if name in order:
            step = StepName(name)
            if any(step is before.name for before in steps):
                item.blame("name", f"步骤 {name} 重复：一条审批链里每个步骤只能有一次")
            elif steps and order.index(step) < order.index(steps[-1].name):
                item.blame("name", f"步骤 {name} 的次序倒了：应为 {' → '.join(order)}")
            if any(role == before.role for before in steps):
                item.blame("role", f"角色 {role} 在这条链里已有一步：同一角色不能审两次")
            if role in ranks and any(b.role in ranks and ranks.index(b.role) > ranks.index(role) for b in steps):
                item.blame("role", f"角色 {role} 的级别低于前面的一步：审批要由低到高，不能转回去")
            label = item.text("label") if item.has("label") else step.label
            flag = item.one_of("when_flag", flags, "标记") if item.has("when_flag") else None
            over = item.one_of("over", figures, "数字") if item.has("over") else None
            steps.append(Step(step, label, role, flag, over))
            item.close()
    if steps and all(step.when_flag or step.over for step in steps):
        table.blame("steps", "每一步都带 when_flag 或 over：至少要有一步总是执行，否则无人审批就会发出")
    inner = table.has("inner") and table.flag("inner")
    if inner and table.has("channels"):
        table.blame("channels", "inner = true 的审批链只管内部事项，不对外发出：请删去 channels")
    channels = () if inner else table.some_of("channels", CHANNELS, "发布渠道")
    chain = Chain(
        kind, table.text("title"), channels, tuple(steps), held=table.has("held") and table.flag("held"), inner=inner,
        copies=table.some_of("copies", roles, "角色") if table.has("copies") else (),
    )  # fmt: skip
    if chain.held and inner:
        table.blame("held", "held = true 的审批链批准后由人发布：请把 inner = true 改为 channels")
    table.close()
    return chain


def _clock(stage: str, table: Table, roles: dict[str, str]) -> Clock:
    amount, unit = table.number("amount"), table.one_of("unit", tuple(Unit), "单位")
    clock = Clock(
        stage=stage,
        label=table.text("label"),
        amount=amount,
        unit=Unit(unit) if unit in set(Unit) else Unit.HOURS,
        starts=table.one_of("starts", STARTS, "起算点"),
        warn_before=_warning(table, amount, unit),
        escalation=tuple(rungs(table, roles)),
    )
    table.close()
    return clock


def _warning(table: Table, amount: int, unit: str) -> timedelta | float:
    if table.has("warn_share"):
        return table.percent("warn_share") / 100
    span = table.span("warn_before")
    if unit in (Unit.HOURS, Unit.BUSINESS_HOURS) and span >= timedelta(hours=amount):
        table.blame("warn_before", f"提醒不能早于起算：warn_before 要小于 {amount} 小时")
    return span


def _severity(
    code: str, table: Table, roles: dict[str, str], channels: dict[str, str], flags: dict[str, str]
) -> Severity:
    severity = Severity(
        code=code,
        label=table.text("label"),
        solution_role=staff_role(table, "solution_role", roles),
        callback_role=staff_role(table, "callback_role", roles),
        callback_quota=table.percent("callback_quota"),
        callback_first=table.some_of("callback_first", channels, "回访方式"),
        callback_later=table.some_of("callback_later", channels, "回访方式"),
        needs=table.some_of("needs", NEEDS, "办结条件") if table.has("needs") else (),
        flags=table.some_of("flags", flags, "标记") if table.has("flags") else (),
    )
    table.close()
    return severity


def _stages(file: Table) -> dict[str, Stage]:
    stages: dict[str, Stage] = {}
    for code, table in _each(file, "stages"):
        never = table.has("never") and table.flag("never")
        years = None if never else table.number("from_years", least=0)
        if any(years == before.from_years for before in stages.values()):
            table.blame("never" if never else "from_years", "与前面的阶段起点相同：每个阶段要有不同的起点")
        stages[code] = Stage(code, table.text("label"), table.text("focus"), years)
        table.close()
    if stages and {None, 0} - {stage.from_years for stage in stages.values()}:
        file.blame("stages", "客户阶段要从头排起：须有一项 never = true（未收房）和一项 from_years = 0")
    return stages


def _callback_channel(code: str, table: Table) -> CallbackChannel:
    channel = CallbackChannel(code, table.text("label"), table.flag("signature"))
    table.close()
    return channel
