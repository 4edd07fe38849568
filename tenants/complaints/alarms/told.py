"""The events of a major complaint in words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from saas import clock
from saas.policy.pack import Pack
from tenants.complaints.telling import line


def _at(data: dict[str, Any]) -> str:
    return f"{clock.local(datetime.fromisoformat(data['held_at'])):%m-%d %H:%M}"


TOLD: dict[str, Callable[[dict[str, Any], Pack], dict[str, str]]] = {
    "complaint.warned": lambda data, pack: line("预警报备", "red", "siren", bubble=data["text"]),
    "complaint.convened": lambda data, pack: line(
        f"危机小组会议，负责领导{data['leader']}", "red", "users-round", bubble=data["decisions"],
        meta=f"{_at(data)}，参加：{data['participants']}",
    ),
    "complaint.negotiated": lambda data, pack: line(
        "双方经理与客户协商", "blue", "users-round", bubble=data["outcome"],
        meta=f"{_at(data)}，{data['business']}、{data['service']}",
    ),
}  # fmt: skip
