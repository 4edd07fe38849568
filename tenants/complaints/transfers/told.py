"""A transfer in words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from saas import clock
from saas.policy.pack import Pack
from tenants.complaints.telling import line
from tenants.complaints.transfers.models import ANSWERED


def _department(data: dict[str, Any], pack: Pack) -> str:
    return pack.company_departments.get(data["department"], data["department"])


def _handed_over(data: dict[str, Any], pack: Pack) -> dict[str, str]:
    about = f"涉及{data['project']}，" if data["project"] else ""
    meta = f"{about}部门由{data['received_by']}收到"
    return line(f"{_department(data, pack)}转来", "blue", "corner-up-right", meta=meta)


def felt(satisfaction: int | None, pack: Pack) -> str:
    """满意, or 未回应."""
    scale = pack.settings.satisfaction
    if satisfaction is None:
        return "未回应"
    return scale[satisfaction - 1] if satisfaction <= len(scale) else str(satisfaction)


def _concluded(data: dict[str, Any], pack: Pack) -> dict[str, str]:
    if data["kind"] != ANSWERED:
        return line(f"办结：转由{data['project']}办理", "green", "check", meta=f"项目编号 {data['number']}")
    at, how = clock.local(datetime.fromisoformat(data["answered_at"])), pack.channels.get(data["channel"], "")
    meta = f"{at:%m-%d %H:%M} {how}答复，客户满意程度：{felt(data['satisfaction'], pack)}"
    return line("办结：公司已直接答复", "green", "check", bubble=data["answer"], meta=meta)


TOLD: dict[str, Callable[[dict[str, Any], Pack], dict[str, str]]] = {
    "complaint.handed_over": _handed_over,
    "complaint.transfer_taken": lambda data, pack: line(f"接收{_department(data, pack)}转来的投诉", "green", "check"),
    "complaint.transfer_concluded": _concluded,
}
