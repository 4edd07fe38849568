"""The states of a repair and the moves between them: the only place that knows."""

from saas.problem import Conflict
from tenants.repairs.models import Repair

ORDERED, ASSIGNED, ARRIVED, QUOTED = "ordered", "assigned", "arrived", "quoted"
AGREED, WORKING, FINISHED, CANCELLED = "agreed", "working", "finished", "cancelled"
ENDED = (FINISHED, CANCELLED)

LABELS = {
    ORDERED: "待派工",
    ASSIGNED: "已派工",
    ARRIVED: "已到场",
    QUOTED: "待同意",
    AGREED: "已同意",
    WORKING: "维修中",
    FINISHED: "已完工",
    CANCELLED: "已取消",
}
TONES = {
    ORDERED: "violet",
    ASSIGNED: "blue",
    ARRIVED: "blue",
    QUOTED: "amber",
    AGREED: "blue",
    WORKING: "blue",
    FINISHED: "green",
    CANCELLED: "",
}
MOVES: dict[str, frozenset[str]] = {
    ORDERED: frozenset({ASSIGNED, CANCELLED}),
    ASSIGNED: frozenset({ASSIGNED, ARRIVED, CANCELLED}),
    ARRIVED: frozenset({QUOTED, CANCELLED}),
    QUOTED: frozenset({QUOTED, AGREED, WORKING, CANCELLED}),
    AGREED: frozenset({QUOTED, WORKING, CANCELLED}),
    WORKING: frozenset({QUOTED, FINISHED}),
    FINISHED: frozenset(),
    CANCELLED: frozenset(),
}


def move(repair: Repair, to: str) -> None:
    """Take the repair to another state. Raises Conflict for a move that the table does not know."""
    if to not in MOVES[repair.state]:
        raise Conflict(f"维修单现在是「{LABELS[repair.state]}」，不能改为「{LABELS[to]}」，请刷新后查看")
    repair.state = to
