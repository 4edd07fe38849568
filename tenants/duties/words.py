"""The history of a duty in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from saas.events import Event

VERDICTS = {"approved": ("同意", "green"), "returned": ("退回", "red")}


@dataclass(frozen=True)
class Entry:
    """One line of the course: who, when, what, and in which tone."""

    who: str
    at: datetime
    mark: str
    tone: str
    text: str = ""
    behalf: str | None = None


def told(events: Iterable[Event]) -> list[Entry]:
    """What happened to it, the newest first; who was told is a list of its own."""
    return [entry for event in events if (entry := _told(event))]


def _told(event: Event) -> Entry | None:
    facts = event.data
    match event.name:
        case "duty.planned":
            text = f"按规程 {facts['pack']} 版，应于 {facts['due_on']} 前完成"
            return Entry(event.actor_name, event.occurred_at, "列入日历", "blue", text)
        case "duty.replanned":
            text = f"规程 {facts['pack']} 版把日期由 {facts['before']} 改为 {facts['after']}"
            return Entry(event.actor_name, event.occurred_at, "规程变动", "amber", text)
        case "duty.move_asked":
            text = f"申请改到 {facts['to']}：{facts['reason']}"
            return Entry(event.actor_name, event.occurred_at, "申请改期", "violet", text)
        case "duty.move_decided":
            mark, tone = VERDICTS[facts["verdict"]]
            moved = f"由 {facts['before']} 改到 {facts['after']}" if facts["verdict"] == "approved" else ""
            text = "；".join(filter(None, (moved, facts["reason"])))
            return Entry(event.actor_name, event.occurred_at, f"改期{mark}", tone, text, event.on_behalf_of)
        case _:
            return None
