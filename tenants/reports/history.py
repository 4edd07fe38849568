"""The course of a report: its events in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from saas.events import Event
from saas.policy.report import ReportSection
from tenants.reports.committee import VERDICTS


@dataclass(frozen=True)
class Entry:
    """One line of 经过."""

    who: str
    at: datetime
    mark: str
    tone: str = ""
    bubble: str = ""
    meta: str = ""


def told(events: Sequence[Event], sections: Sequence[ReportSection]) -> list[Entry]:
    """The events in the order given; edits of one person to one version after another are told as one."""
    titles = {section.code: section.title for section in sections}
    found: list[Entry] = []
    for event in events:
        entry = _told(event, titles)
        twin = found[-1] if found else None
        if twin is not None and (twin.who, twin.mark, twin.meta) == (entry.who, entry.mark, entry.meta):
            continue
        found.append(entry)
    return found


def _told(event: Event, titles: dict[str, str]) -> Entry:
    who = event.actor_name + (f"（代{event.on_behalf_of}）" if event.on_behalf_of else "")
    mark, tone, bubble, meta = _words(event.name, event.data, titles)
    return Entry(who, event.occurred_at, mark, tone, bubble, meta)


def _words(name: str, data: dict[str, Any], titles: dict[str, str]) -> tuple[str, str, str, str]:
    voided = "之前的决定作废，须重新提交" if data.get("voided") else ""
    version = f"第 {data['version']} 版" if "version" in data else ""
    match name:
        case "report.started":
            return "开始起草", "", "", data["number"]
        case "report.written":
            return f"编写「{titles.get(data['section'], data['section'])}」", "", "", voided
        case "report.figures_taken":
            return "更新数据", "", "", voided
        case "report.picture_added":
            return "加入照片", "", "", voided
        case "report.picture_removed":
            return "移除照片", "", "", voided
        case "report.submitted":
            return "提交审批", "blue", "", version
        case "report.finance_asked":
            return "重新提交财务审批", "blue", "", version
        case "report.finance_decided":
            back = data["verdict"] == "returned"
            return f"财务{'退回' if back else '同意'}", "red" if back else "green", data.get("reason", ""), version
        case "report.archived":
            return "定稿生成并存档", "green", "", f"{version}，SHA-256 {data['sha256'][:16]}…"
        case "report.checked":
            good = data["intact"]
            return "核对存档：一致" if good else "核对存档：不一致", "green" if good else "red", "", ""
        case "report.committee_asked":
            return "提交业主委员会", "blue", "", version
        case "report.committee_answered":
            agreed = data["verdict"] == "agreed"
            return VERDICTS[data["verdict"]], "green" if agreed else "amber", "", f"签署人 {data['signed']}"
        case "report.committee_waived":
            return "说明不经业主委员会公布的原因", "amber", data["reason"], version
        case "report.published":
            return "公布", "green", data.get("note", ""), version
        case "document.requested":
            return "生成 PDF", "", "", "定稿" if data.get("kind") == "report_final" else "送审稿"
        case _:
            return name, "", "", ""
