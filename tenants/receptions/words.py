"""What this slice calls its states and steps."""

from tenants.receptions.models import (
    CLOSED,
    ESCALATED,
    EXPECTED,
    FED_BACK,
    HANDLED,
    NOTED,
    OPEN,
    PASSED,
    REVISITED,
)

STATES = {
    OPEN: ("待处理", "amber"),
    HANDLED: ("待反馈", "amber"),
    FED_BACK: ("待回访", "blue"),
    CLOSED: ("已办结", "green"),
    PASSED: ("已转办", "blue"),
}
"""State → what it is called, and its tone."""
STEPS = {
    EXPECTED: ("告知预计时间", "clock", "blue"),
    ESCALATED: ("上报", "corner-up-right", "amber"),
    HANDLED: ("处理", "check", "green"),
    NOTED: ("跟进", "pencil", ""),
    FED_BACK: ("反馈客户", "phone", "green"),
    REVISITED: ("回访", "phone", "green"),
}
"""Step → what it is called, its icon and tone."""
NEXT = {OPEN: "处理", HANDLED: "反馈客户", FED_BACK: "回访"}
"""What is owed next in an open state."""
