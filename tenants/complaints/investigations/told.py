"""The events of investigation reports in words."""

from collections.abc import Callable
from typing import Any

from saas.policy.pack import Pack
from tenants.complaints.telling import decided, line


def _written(data: dict[str, Any], pack: Pack) -> dict[str, str]:
    first = pack.roles.get(data["chain"][0], data["chain"][0])
    meta = f"已提交{first}审核" + ("，上一版的审批作废" if data["voided"] else "")
    return line(f"第 {data['nth']} 版调查报告", "blue", "search-check", meta=meta)


TOLD: dict[str, Callable[[dict[str, Any], Pack], dict[str, str]]] = {
    "complaint.investigated": _written,
    "complaint.investigation_decided": lambda data, pack: decided(
        "调查报告", data["verdict"], data["reason"], done=f"{data['step']}同意"
    ),
}
