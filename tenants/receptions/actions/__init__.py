"""What can be done about a reception. Each action checks, writes its step, moves the row, and records one event."""

from tenants.receptions.actions.following import (
    came_due,
    escalate,
    expect,
    feed_back,
    hand_over,
    handle,
    note,
    revisit,
)
from tenants.receptions.actions.receiving import Matter, receive

__all__ = [
    "Matter", "came_due", "escalate", "expect", "feed_back", "hand_over", "handle", "note", "receive", "revisit",
]  # fmt: skip
