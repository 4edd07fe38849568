"""Which roles can be given where, in groups, and what each may do here: the pages that offer roles say so."""

from collections.abc import Iterable

from saas.policy.loader import pack
from saas.problem import Problem
from saas.tenancy.models import HEAD_OFFICE, Tenant

# Roles that a company holds everywhere: a new project starts with their holders (A1, A2).
COMPANY_ROLES = (
    "company_admin", "quality", "division_leader", "general_manager", "finance", "legal", "brand", "complaint_officer",
)  # fmt: skip
NOT_STAFF = frozenset({"customer", "owners_committee", "platform_operator"})
ADMIN = "company_admin"

# One line for whoever gives a role; the rights themselves are the marks of the views and the chains of the pack.
DOES = {
    "steward": "登记沟通记录、投诉和报修，处理、答复和回访，维护住户档案，起草对外信息",
    "front_desk": "登记沟通记录、投诉和报修，首次回应，维护住户档案，起草对外信息",
    "technician": "上门维修派给自己的报修，处理指派给自己的投诉",
    "engineering_supervisor": "派工和外派，登记有偿服务，起草收费标准，处理指派给工程的投诉",
    "service_supervisor": "裁定、指派和办结投诉，回访重要投诉，管理扫码入口，导出名册",
    "project_manager": "审核答复和方案，审批通知和短信，安排委托，导出完整名册",
    "division_leader": "审批项目经理审核过的对外信息，审批重要投诉的方案",
    "general_manager": "批准标记“需总经理批准”的事项和重大投诉的方案，回访重大投诉",
    "quality": "查看全部项目的投诉和档案，审核问卷，抽查和备案",
    "finance": "审批酬金制项目服务报告的财务部分，接收维修的现场收款",
    "company_admin": "管理项目、成员、委托和工作日历，不办理投诉",
    "complaint_officer": "登记公司收到的投诉，接收各部门转来的投诉，查看全部项目的投诉",
    "brand": "起草对外信息，按规程关注网络渠道和媒体",
    "legal": "按规程参与重大投诉的处置",
    "information_supervisor": "起草对外信息，按规程主管客户信息的查阅、外传和保密",
}

Choice = tuple[str, str, str]


def assignable(tenant_pack: str, kind: str) -> list[tuple[str, list[Choice]]]:
    """Roles that can be given in a tenant of this kind, in groups: code, Chinese name, what it may do; pack's order."""
    choices = [(code, name, DOES.get(code, "")) for code, name in pack(tenant_pack).roles.items()]
    offered = [choice for choice in choices if choice[0] not in NOT_STAFF]
    company = [choice for choice in offered if choice[0] in COMPANY_ROLES]
    if kind == HEAD_OFFICE:
        return [("公司岗位，在全部项目有效", company)]
    local = [choice for choice in offered if choice[0] not in COMPANY_ROLES]
    return [("项目岗位", local), ("公司岗位，在这里勾选只对本项目有效", company)]


def check_roles(tenant: Tenant, roles: Iterable[str]) -> set[str]:
    """The roles as a set. Raises Problem unless there is one and each can be given here."""
    wanted = set(roles)
    known = set(pack(tenant.pack).roles) - NOT_STAFF
    if tenant.kind == HEAD_OFFICE:
        known &= set(COMPANY_ROLES)
    if not wanted or not wanted <= known:
        raise Problem("请至少选择一个岗位", "roles")
    return wanted
