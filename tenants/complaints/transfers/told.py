"""A transfer in words."""

from collections.abc import Callable
from typing import Any

from saas.policy.pack import Pack
from tenants.complaints.telling import line


def _department(data: dict[str, Any], pack: Pack) -> str:
    return pack.company_departments.get(data["department"], data["department"])


def _handed_over(data: dict[str, Any], pack: Pack) -> dict[str, str]:
    about = f"涉及{data['project']}，" if data["project"] else ""
    meta = f"{about}部门由{data['received_by']}收到"
    return line(f"{_department(data, pack)}转来", "blue", "corner-up-right", meta=meta)


TOLD: dict[str, Callable[[dict[str, Any], Pack], dict[str, str]]] = {
    "complaint.handed_over": _handed_over,
    "complaint.transfer_taken": lambda data, pack: line(f"接收{_department(data, pack)}转来的投诉", "green", "check"),
}
