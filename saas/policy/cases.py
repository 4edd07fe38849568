"""What a pack says about the course of a complaint: what counts as the same matter, what is major, what is reopened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from saas.policy.reading import Table

NEEDS = {
    "investigation": "批准的调查报告", "warning": "向品质和法务的预警报备", "meeting": "危机小组会议记录",
    "negotiation": "双方经理与客户协商的记录", "compensation": "已批准的赔偿的兑现",
}  # fmt: skip
"""What a severity can ask for before its complaints are closed, besides what every complaint needs (D6, D8, D9)."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Which complaints are suggested as the same matter (D5): how near in time, how alike in percent, how many."""

    within: timedelta
    percent: int
    most: int


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """The severity that raises an alarm (D9), its grounds by code, and who hears of it.

    `repeated` is the ground of what became so grave by being complained of again, `told` the roles that are told at
    once, besides the head of the department, `warned` those that the warning goes to.
    """

    severity: str
    grounds: Mapping[str, str]
    repeated: str
    told: tuple[str, ...]
    warned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reopening:
    """Who may open a closed complaint again, and which clocks then run anew."""

    roles: tuple[str, ...]
    clocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Payments:
    """What the company can give (D13), by code, who applies for it, and the words by which a letter promises it."""

    kinds: Mapping[str, str]
    roles: tuple[str, ...]
    words: tuple[str, ...]


NAMES = {
    "alike": "同一事项的提示", "alarm": "重大投诉", "reopening": "重新办理", "payments": "赔偿、折让",
    "percent": "相似程度（%）", "most": "最多提示件数", "grounds": "情形", "repeated": "重复投诉属于哪种情形",
    "told": "即时通知谁", "warned": "向谁预警", "severity": "等级", "roles": "由谁办理", "clocks": "重新计时",
    "kinds": "种类", "words": "承诺的用语",
}  # fmt: skip
"""What the keys of these tables are called where two versions are compared."""


def alike(file: Table) -> Alike:
    """How the same matter is recognised."""
    table = file.table("alike")
    found = Alike(table.span("within"), table.percent("percent"), table.number("most", 20))
    table.close()
    return found


def alarm(file: Table, severities: Mapping[str, str], roles: Mapping[str, str], readers: tuple[str, ...]) -> AlarmRules:
    """What raises an alarm and whom it reaches; whoever hears of it opens the case, so is one of the readers too."""
    table = file.table("alarm")
    grounds = table.labels("grounds")
    found = AlarmRules(
        severity=table.one_of("severity", severities, "等级"), grounds=grounds,
        repeated=table.one_of("repeated", grounds, "情形"), told=table.some_of("told", roles, "角色"),
        warned=table.some_of("warned", roles, "角色"),
    )  # fmt: skip
    for name, given in (("told", found.told), ("warned", found.warned)):
        if readers and (blind := [role for role in given if role in roles and role not in readers]):
            table.blame(name, f"{name} 里的{'、'.join(blind)}不在 readers 里：被通知的角色须能查看，请补进 readers")
    table.close()
    return found


def reopening(file: Table, roles: Mapping[str, str], clocks: Mapping[str, str]) -> Reopening:
    """Who reopens, and what is timed again."""
    table = file.table("reopening")
    found = Reopening(table.some_of("roles", roles, "角色"), table.some_of("clocks", clocks, "时限"))
    table.close()
    return found


def payments(file: Table, roles: Mapping[str, str]) -> Payments:
    """What can be given and who asks for it."""
    table = file.table("payments")
    found = Payments(table.labels("kinds"), table.some_of("roles", roles, "角色"), table.texts("words"))
    table.close()
    return found
