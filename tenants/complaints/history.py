"""The timeline of a complaint: each event in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from saas import clock, masks
from saas.events import Event
from saas.policy.pack import Pack
from saas.reveals import Passage
from tenants.complaints import history_after
from tenants.complaints.alarms.told import TOLD as OF_ALARMS
from tenants.complaints.compensations.told import TOLD as OF_COMPENSATIONS
from tenants.complaints.investigations.told import TOLD as OF_INVESTIGATIONS
from tenants.complaints.reopenings.told import TOLD as OF_REOPENINGS
from tenants.complaints.repeats.told import TOLD as OF_REPEATS
from tenants.complaints.telling import line
from tenants.complaints.telling import said as said_by
from tenants.complaints.transfers.told import TOLD as OF_TRANSFERS

REMINDED = "reminder.raised"
TOLD = OF_ALARMS | OF_COMPENSATIONS | OF_INVESTIGATIONS | OF_REOPENINGS | OF_REPEATS | OF_TRANSFERS


@dataclass(frozen=True)
class Entry:
    """One line of 经过; `each` are the reminders that it stands for."""

    who: str
    at: datetime
    mark: str = ""
    mark_tone: str = "blue"
    icon: str = ""
    tone: str = ""
    bubble: str = ""
    meta: str = ""
    pictures: tuple[str, ...] = ()
    each: tuple["Entry", ...] = ()


def told(events: Sequence[Event], pack: Pack) -> list[Entry]:
    """The events that this slice knows, in the order given, numbers in them masked (B10).

    Reminders with nothing between them are one entry.
    """
    entries: list[Entry] = []
    for reminders, run in groupby(events, lambda event: event.name == REMINDED):
        told = [_masked(_told(event, pack)) for event in run]
        entries += [_folded(told)] if reminders and len(told) > 1 else told
    return entries


def said(events: Sequence[Event], pack: Pack) -> list[Passage]:
    """What was said and written, in full, each with who and when."""
    entries = [_told(event, pack) for event in events]
    whose = [(f"{each.who} {clock.local(each.at):%m-%d %H:%M} {each.mark}", each) for each in entries]
    return [(who, text) for who, each in whose for text in (each.bubble, each.meta) if text]


def _masked(entry: Entry) -> Entry:
    return replace(entry, bubble=masks.within(entry.bubble), meta=masks.within(entry.meta))


def _folded(reminders: list[Entry]) -> Entry:
    """提醒 6 次, with the newest in full."""
    newest, mark = reminders[0], f"提醒 {len(reminders)} 次"
    return replace(newest, mark=mark, meta=f"最近一次{newest.mark}：{newest.meta}", each=tuple(reminders))


def _told(event: Event, pack: Pack) -> Entry:
    who = event.actor_name + (f"（代{event.on_behalf_of}）" if event.on_behalf_of else "")
    pictures = tuple(event.data.get("pictures", ()))
    return Entry(who, event.occurred_at, pictures=pictures, **_words(event.name, event.data, pack))


def _words(name: str, data: dict[str, Any], pack: Pack) -> dict[str, Any]:
    channel = pack.channels.get(data.get("channel", ""), "")
    approved = data.get("verdict") == "approved"
    match name:
        case "complaint.registered":
            source = pack.sources.get(data.get("source", ""), "")
            return line("登记", "", "phone", meta=f"{source} · {data.get('number', '')}")
        case "complaint.imported":
            where = f"由文件“{data['file']}”第 {data['row']} 行导入，原编号 {data['source_id']}"
            return line("台账导入", "", "file-up", meta=f"{where}；历史投诉不计时限")
        case "complaint.responded":
            return said_by(f"{channel}回应", data["text"], "已与投诉人本人取得联系" if data.get("reached") else "")
        case "complaint.contacted":
            return said_by(f"{channel}联系投诉人", data["text"])
        case "complaint.judged":
            level = pack.severities[data["severity"]].label if data["severity"] in pack.severities else data["severity"]
            ruling = {True: "投诉成立", False: "投诉不成立", None: "是否成立待查"}[data["established"]]
            mark = f"{'受理' if data['accepted'] else '不受理'}，{ruling}，{level}"
            ground = pack.alarm.grounds.get(data.get("ground", ""), "")
            meta = f"{ground}；理由：{data['reason']}" if ground else f"理由：{data['reason']}"
            return line(mark, "green" if data["accepted"] else "amber", "scale", meta=meta)
        case "complaint.assigned":
            given, note = pack.departments.get(data["department"]), data.get("note", "")
            where = f"{given.label if given else data['department']} {data['handler']}"
            return line("指派", "blue", "corner-up-right", meta=where, bubble=note)
        case "complaint.urged":
            return line("催办", "amber", "bell")
        case "complaint.solution_proposed":
            role = pack.roles.get(data["role"], data["role"])
            return said_by(f"第 {data['nth']} 版方案", data["text"], f"已提交{role}审批")
        case "complaint.solution_decided" if approved:
            return line("同意方案", "green", "check", meta=data["reason"])
        case "complaint.solution_decided":
            return line("退回方案", "red", "undo-2", meta=f"意见：{data['reason']}")
        case "complaint.handled":
            return line("处理完毕", "green", "check", bubble=data["result"])
        case "complaint.reply_drafted":
            return line("起草答复", "blue", "file-text", meta=data["title"])
        case "complaint.replied":
            return line("答复送达", "green", "send")
        case "complaint.called_back":
            return _callback(data, pack)
        case "complaint.closed":
            why, note = pack.no_reply_reasons.get(data.get("no_reply", "")), data.get("note", "")
            meta = f"{why.label if why else ''} {note}".strip()
            return line("办结", "green", "check", bubble=data["conclusion"], meta=meta)
        case "complaint.pause_asked":
            return line("申请暂停计时", "", "pause", meta=f"原因：{data['reason']}")
        case "complaint.pause_decided":
            return line("同意暂停计时" if approved else "退回暂停申请", "", "pause", meta=data["reason"])
        case "complaint.resumed":
            return line("恢复计时", "", "clock")
        case "complaint.pictures_added":
            return line(f"添加照片 {len(data['pictures'])} 张", "blue", "image", meta=data["caption"])
        case "complaint.revealed" | "complaint.phone_shown":
            return line("查看完整号码", "", "eye", meta=f"原因：{data['reason']}" if "reason" in data else "")
        case name if name in TOLD:
            return TOLD[name](data, pack)
        case name if name == REMINDED and data["kind"] == "alarm":
            return line(f"已通知{'、'.join(data['told'])}", "red", "siren", meta=data["words"])
        case name if name == REMINDED:
            return line(f"已提醒{'、'.join(data['told'])}", "amber", "triangle-alert", meta=data["words"])
        case "document.requested":
            return line("生成投诉处理单", "", "printer")
        case "document.cancelled":
            return line("取消生成投诉处理单", "", "x")
        case _ if followed := history_after.told(name, data, pack):
            mark, tone, icon, bubble, meta = followed
            return line(mark, tone, icon, bubble=bubble, meta=meta)
        case _:
            return line(str(data.get("words", name)), "amber", "triangle-alert")


def _callback(data: dict[str, Any], pack: Pack) -> dict[str, str]:
    known = pack.callback_channels.get(data["channel"])
    scale, score = pack.settings.satisfaction, data["satisfaction"]
    felt = scale[score - 1] if 1 <= score <= len(scale) else str(score)
    mark = f"{known.label if known else data['channel']}，{felt}"
    promised = f"：{data['matter']}，答应 {data['promised_on'][5:]} 答复" if "promised_on" in data else "，须再次回访"
    meta = f"客户提出了新的问题{promised}" if data["raised_new"] else ""
    return line(mark, "green" if score > len(scale) / 2 else "amber", "phone", bubble=data["opinion"], meta=meta)
