"""Linking in words."""

from collections.abc import Callable
from typing import Any

from saas.policy.pack import Pack
from tenants.complaints.repeats.models import DUPLICATE, REPEAT
from tenants.complaints.telling import line


def _raised(data: dict[str, Any], pack: Pack) -> str:
    before, after = (pack.severities.get(data["severity"][each]) for each in ("before", "after"))
    return f"，{before.label}改为{after.label}" if before and after and before is not after else ""


def _linked(data: dict[str, Any], pack: Pack) -> dict[str, str]:
    said = {DUPLICATE: f"并入 {data['number']} 办理", REPEAT: f"{data['number']} 答复后再次投诉"}
    mark = said.get(data["kind"], f"与 {data['number']} 是同一事项")
    return line(mark + _raised(data, pack), "amber", "link", meta=f"理由：{data['reason']}")


TOLD: dict[str, Callable[[dict[str, Any], Pack], dict[str, str]]] = {
    "complaint.linked": _linked,
    "complaint.unlinked": lambda data, pack: line(
        f"取消与 {data['number']} 的关联{_raised(data, pack)}", "", "undo-2", meta=f"理由：{data['reason']}"
    ),
}
