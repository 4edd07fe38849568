"""The events of compensations in words."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from saas.policy.pack import Pack
from tenants.complaints.compensations.money import told
from tenants.complaints.telling import decided, line


def _what(data: dict[str, Any], pack: Pack) -> str:
    return f"{pack.payments.kinds.get(data['kind'], data['kind'])} {told(Decimal(data['amount']))}"


def _asked(data: dict[str, Any], pack: Pack) -> dict[str, str]:
    last = pack.roles.get(data["chain"][-1], data["chain"][-1])
    return line(f"申请{_what(data, pack)}", "blue", "banknote", meta=f"按权限核决表由{last}批准", bubble=data["reason"])


TOLD: dict[str, Callable[[dict[str, Any], Pack], dict[str, str]]] = {
    "complaint.compensation_asked": _asked,
    "complaint.compensation_decided": lambda data, pack: decided(
        _what(data, pack), data["verdict"], data["reason"], done=f"{data['step']}同意"
    ),
    "complaint.compensated": lambda data, pack: line(
        f"已兑现{_what(data, pack)}", "green", "check", meta=f"{data['paid_on']} {data['how']}"
    ),
}
