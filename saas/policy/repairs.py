"""What a pack says about repairs and price lists besides clauses: skills, urgencies, who does what (C8, E1–E6)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from saas.policy.reading import Table


@dataclass(frozen=True, slots=True)
class PriceRules:
    """Price lists: their `groups` of charges, who keeps them, and the chain that puts one in force (C8)."""

    chain: str
    groups: Mapping[str, str]
    keepers: tuple[str, ...]
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepairRoles:
    """Which roles do what with repairs.

    `workers` go to the customer, `callers` call back, `cashiers` take over the money that was taken on site,
    `registrars` enter the month's register, `revealers` may look at whole numbers.
    """

    readers: tuple[str, ...]
    orderers: tuple[str, ...]
    assigners: tuple[str, ...]
    workers: tuple[str, ...]
    callers: tuple[str, ...]
    cashiers: tuple[str, ...]
    registrars: tuple[str, ...]
    revealers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepairRules:
    """Skills of technicians and urgencies by code, the most urgent first.

    An appointment is a span of at most `longest_window`; its technician is reminded `remind_before` it begins. Money
    taken on site is handed over `cash_within`. What a pack calls a paid service is the price group `paid_group`.
    """

    skills: Mapping[str, str]
    urgencies: Mapping[str, str]
    paid_group: str
    remind_before: timedelta
    longest_window: timedelta
    cash_within: timedelta
    roles: RepairRoles


NAMES = {
    "price_lists": "收费标准", "repairs": "报修", "groups": "分组", "keepers": "由谁起草", "orderers": "由谁登记",
    "workers": "由谁上门", "callers": "由谁回访", "cashiers": "由谁收款", "registrars": "由谁登记月表",
    "revealers": "谁可查看完整号码", "skills": "专长", "urgencies": "紧急程度", "paid_group": "有偿服务分组",
    "remind_before": "预约前提醒", "longest_window": "预约时段最长", "cash_within": "现场收款几日内交财务",
}  # fmt: skip
"""What the keys of these tables are called where two versions are compared."""


def price_rules(file: Table, roles: Mapping[str, str], chains: Mapping[str, str]) -> PriceRules:
    """The table [price_lists]; `chains` are the titles of the chains that decide about inner matters."""
    table = file.table("price_lists")
    found = PriceRules(
        table.one_of("chain", chains, "内部审批链"), table.labels("groups"),
        table.some_of("keepers", roles, "角色"), table.some_of("readers", roles, "角色"),
    )  # fmt: skip
    table.close()
    return found


def repair_rules(file: Table, roles: Mapping[str, str], groups: Mapping[str, str]) -> RepairRules:
    """The table [repairs]; whoever does something with a repair opens it, so is one of the readers too."""
    table = file.table("repairs")
    given = table.table("roles")
    who = {each.name: given.some_of(each.name, roles, "角色") for each in fields(RepairRoles)}
    given.close()
    for name in who if who["readers"] else ():
        if blind := [role for role in who[name] if role in roles and role not in who["readers"]]:
            given.blame(name, f"{name} 里的{'、'.join(blind)}不在 readers 里：要办理报修的角色须能查看，请补进 readers")
    found = RepairRules(
        skills=table.labels("skills"),
        urgencies=table.labels("urgencies"),
        paid_group=table.one_of("paid_group", groups, "收费分组"),
        remind_before=table.span("remind_before"),
        longest_window=table.span("longest_window"),
        cash_within=table.span("cash_within"),
        roles=RepairRoles(**who),
    )
    table.close()
    return found
