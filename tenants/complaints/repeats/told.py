"""Linking in words."""

from collections.abc import Callable
from typing import Any

from saas.policy.pack import Pack
from tenants.complaints.repeats.models import DUPLICATE, REPEAT, SHORT
from tenants.complaints.telling import line


def _raised(data: dict[str, Any], pack: Pack) -> str:
    before, after = (pack.severities.get(data["severity"][each]) for each in ("before", "after"))
    return f"{before.label}改为{after.label}，" if before and after and before is not after else ""


def _linked(data: dict[str, Any], pack: Pack) -> dict[str, str]:
    said = {DUPLICATE: f"并入 {data['number']} 办理", REPEAT: f"{data['number']} 答复后再次投诉"}
    about = said.get(data["kind"], f"与 {data['number']} 是同一事项")
    meta = f"{about}，{_raised(data, pack)}理由：{data['reason']}"
    return line(SHORT.get(data["kind"], "关联"), "amber", "link", meta=meta)


def _unlinked(data: dict[str, Any], pack: Pack) -> dict[str, str]:
    return line("取消关联", "", "undo-2", meta=f"{data['number']}，{_raised(data, pack)}理由：{data['reason']}")


TOLD: dict[str, Callable[[dict[str, Any], Pack], dict[str, str]]] = {
    "complaint.linked": _linked,
    "complaint.unlinked": _unlinked,
}
