"""What follows an answer, in words for the timeline: (mark, tone, icon, what was said, about it)."""

from datetime import datetime
from typing import Any

from saas import clock
from saas.policy.pack import Pack
from tenants.complaints.exemptions.models import KINDS as EXEMPTIONS
from tenants.complaints.responsibilities.models import KINDS as RESPONSIBILITIES

Told = tuple[str, str, str, str, str]


def told(name: str, data: dict[str, Any], pack: Pack) -> Told | None:
    """None for an event that is none of these."""
    match name:
        case "complaint.matter_answered":
            return "答复回访中的问题", "blue", "phone", data["text"], f"客户提出：{data['matter']}"
        case "complaint.callback_planned":
            at = clock.local(datetime.fromisoformat(data["planned_for"]))
            return "安排回访", "", "calendar-clock", "", f"{data['caller']} {at:%m-%d %H:%M}"
        case "complaint.callback_checked":
            good = bool(data["passed"])
            mark = f"检查第 {data['nth']} 次回访：{'合格' if good else '不合格'}"
            return mark, "green" if good else "amber", "stamp", data["opinion"], ""
        case "complaint.exempted":
            kind = EXEMPTIONS.get(data["kind"], data["kind"])
            return "不用回访", "", "file-text", data["reason"], f"{kind}：{data['letter']}"
        case "complaint.result_reported":
            return "已向品质反馈结果", "green", "send", data["result"], ""
        case "complaint.responsibility_recorded":
            clocks = [pack.clocks[code].label if code in pack.clocks else code for code in data["stages"]]
            about = f"{RESPONSIBILITIES.get(data['kind'], '')}{'：' if clocks else ''}{'、'.join(clocks)}"
            return f"责任认定：{data['person']}", "red", "scale", data["finding"], f"{about}　处理：{data['measure']}"
        case _:
            return None
