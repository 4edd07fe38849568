"""The states of a complaint and the moves between them: the only place that knows."""

from saas.problem import Conflict
from tenants.complaints.models import Complaint

REGISTERED, ACCEPTED, DECLINED = "registered", "accepted", "declined"
HANDLING, HANDLED, REPLIED, CLOSED = "handling", "handled", "replied", "closed"

LABELS = {
    REGISTERED: "待受理",
    ACCEPTED: "已受理",
    DECLINED: "不受理",
    HANDLING: "处理中",
    HANDLED: "处理完毕",
    REPLIED: "已答复",
    CLOSED: "已办结",
}
TONES = {
    REGISTERED: "violet",
    ACCEPTED: "blue",
    DECLINED: "",
    HANDLING: "blue",
    HANDLED: "blue",
    REPLIED: "green",
    CLOSED: "green",
}
MOVES: dict[str, frozenset[str]] = {
    REGISTERED: frozenset({ACCEPTED, DECLINED, CLOSED}),
    ACCEPTED: frozenset({HANDLING, DECLINED, CLOSED}),
    DECLINED: frozenset({ACCEPTED, CLOSED}),
    HANDLING: frozenset({HANDLED, DECLINED, CLOSED}),
    HANDLED: frozenset({REPLIED, CLOSED}),
    REPLIED: frozenset({CLOSED}),
    CLOSED: frozenset({ACCEPTED, HANDLING}),
}
"""Out of any state into the closed one when it becomes part of another complaint (D5), or when what a department handed
over is concluded (D1); back when it is reopened."""


def move(complaint: Complaint, to: str) -> None:
    """Take the complaint to another state. Raises Conflict for a move that the table does not know."""
    if to not in MOVES[complaint.state]:
        raise Conflict(f"投诉现在是「{LABELS[complaint.state]}」，不能改为「{LABELS[to]}」，请刷新后查看")
    complaint.state = to
