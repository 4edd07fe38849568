"""A reopening in words."""

from collections.abc import Callable
from typing import Any

from saas.policy.pack import Pack
from tenants.complaints.telling import line

TOLD: dict[str, Callable[[dict[str, Any], Pack], dict[str, str]]] = {
    "complaint.reopened": lambda data, pack: line("重新办理", "amber", "rotate-ccw", meta=f"原因：{data['reason']}"),
}
