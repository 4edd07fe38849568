"""What a pack says about complaints besides clauses and clocks: who does what, where, and the form of residents."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from saas.policy.reading import Table


@dataclass(frozen=True, slots=True)
class Department:
    """Who a complaint can be handed to. `replies` marks customer service, which alone answers customers (D8).

    `head` is the role of its head, empty where the project manager is that.
    """

    code: str
    label: str
    replies: bool
    head: str = ""


@dataclass(frozen=True, slots=True)
class NoReplyReason:
    """Why a complaint may end without a letter (D12): nobody can be reached, or a note says how it was answered."""

    code: str
    label: str
    unreachable: bool


@dataclass(frozen=True, slots=True)
class ComplaintRoles:
    """Which roles do what with complaints. D4 binds them all: the one complained about does none of it.

    `overseers` have all complaints on their workbench, `newcomers` their own and those that nobody handles yet.
    `transferors` hand over what their department of the company received, and need not read anything for that.
    """

    readers: tuple[str, ...]
    registrars: tuple[str, ...]
    responders: tuple[str, ...]
    judges: tuple[str, ...]
    assigners: tuple[str, ...]
    handlers: tuple[str, ...]
    closers: tuple[str, ...]
    doorkeepers: tuple[str, ...]
    overseers: tuple[str, ...]
    newcomers: tuple[str, ...]
    transferors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicForm:
    """The form behind a QR code (D1): what its complaints count as, how long they are, how many may come `within`.

    Lengths are characters; `pictures` is how many photos go with one complaint.
    """

    source: str
    channel: str
    longest_body: int
    longest_demand: int
    pictures: int
    per_door: int
    per_address: int
    within: timedelta


NAMES = {
    "departments": "处理部门", "no_reply_reasons": "不答复的原因", "label": "名称", "replies": "答复客户",
    "head": "负责人", "unreachable": "限无法联系的", "complaint_roles": "投诉", "readers": "由谁查看",
    "registrars": "由谁登记",
    "responders": "由谁回应", "judges": "由谁判定", "assigners": "由谁指派", "handlers": "由谁处理",
    "closers": "由谁办结", "doorkeepers": "由谁管理二维码", "overseers": "全部列在谁的工作台",
    "newcomers": "无人经办的列在谁的工作台", "transferors": "由谁转交部门收到的", "public_form": "住户投诉单",
    "longest_body": "经过最多字数", "longest_demand": "要求最多字数", "pictures": "最多照片数",
    "per_door": "每个二维码最多件数", "per_address": "每个网络地址最多件数", "within": "计数时段",
}  # fmt: skip
"""What the keys of these tables are called where two versions are compared."""
LARGEST = {"longest_body": 20_000, "longest_demand": 2_000, "pictures": 9, "per_door": 100_000, "per_address": 100_000}
"""What the tables of the database and the size of a request have room for."""


def departments(file: Table, roles: Mapping[str, str]) -> dict[str, Department]:
    """The departments by code; one of them at least answers customers."""
    table = file.table("departments")
    found = {}
    for code in table.codes():
        item = table.table(code)
        head = item.one_of("head", roles, "角色") if item.has("head") else ""
        found[code] = Department(code, item.text("label"), item.has("replies") and item.flag("replies"), head)
        item.close()
    if found and not any(each.replies for each in found.values()):
        file.blame("departments", "没有部门答复客户：请给客服部门写上 replies = true")
    return found


def no_reply_reasons(file: Table) -> dict[str, NoReplyReason]:
    """Why nothing is answered, by code."""
    table = file.table("no_reply_reasons")
    found = {}
    for code in table.codes():
        item = table.table(code)
        found[code] = NoReplyReason(code, item.text("label"), item.has("unreachable") and item.flag("unreachable"))
        item.close()
    return found


def complaint_roles(file: Table, roles: Mapping[str, str]) -> ComplaintRoles:
    """Who of these staff roles does what; whoever acts on a complaint opens it, so is one of the readers too.

    Handing one over is no act on it.
    """
    table = file.table("complaint_roles")
    given = {each.name: table.some_of(each.name, roles, "角色") for each in fields(ComplaintRoles)}
    table.close()
    acting = [name for name in given if name != "transferors"]
    for name in acting if given["readers"] else ():
        if blind := [role for role in given[name] if role in roles and role not in given["readers"]]:
            table.blame(name, f"{name} 里的{'、'.join(blind)}不在 readers 里：要办理投诉的角色须能查看，请补进 readers")
    return ComplaintRoles(**given)


def public_form(file: Table, sources: Mapping[str, str], channels: Mapping[str, str]) -> PublicForm:
    """The limits of the form for residents."""
    table = file.table("public_form")
    found = PublicForm(
        source=table.one_of("source", sources, "来源"),
        channel=table.one_of("channel", channels, "受理方式"),
        within=table.span("within"),
        **{key: table.number(key, largest, least=0 if key == "pictures" else 1) for key, largest in LARGEST.items()},
    )
    if found.within < timedelta(minutes=1):
        table.blame("within", "within 太短：至少 1m，否则限不住提交的次数")
    table.close()
    return found
