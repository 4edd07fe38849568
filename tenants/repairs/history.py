"""The timeline of a repair: each event in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from saas import clock, masks
from saas.events import Event
from saas.policy.pack import Pack
from tenants.repairs.rules import REPORTER, SIGNED, STAFF

HOW = {REPORTER: "公共区域免费，报修人要求维修", STAFF: "公共区域免费，没有报修人，由本项目决定"}
"""How a consent was given that nobody signed."""


@dataclass(frozen=True)
class Entry:
    """One line of 经过."""

    who: str
    at: datetime
    mark: str = ""
    tone: str = ""
    icon: str = ""
    bubble: str = ""
    meta: str = ""
    pictures: tuple[str, ...] = ()


def told(events: Sequence[Event], rules: Pack) -> list[Entry]:
    """The events that this slice knows, in the order given, numbers in them masked (B10)."""
    return [_told(event, rules) for event in events]


def _told(event: Event, rules: Pack) -> Entry:
    who = event.actor_name + (f"（代{event.on_behalf_of}）" if event.on_behalf_of else "")
    mark, tone, icon, bubble, meta = _words(event.name, event.data, rules)
    pictures = tuple(event.data.get("pictures", ()))
    return Entry(who, event.occurred_at, mark, tone, icon, masks.within(bubble), masks.within(meta), pictures)


def _line(
    mark: str, tone: str = "", icon: str = "", bubble: str = "", meta: str = ""
) -> tuple[str, str, str, str, str]:
    return mark, tone, icon, bubble, meta


def consented(given: str, *, drawn: bool) -> tuple[str, str, str, str, str]:
    """A consent in the course."""
    if given == SIGNED:
        return _line("客户签名同意收费", "green", "pencil", meta="屏幕签名" if drawn else "签于纸面")
    return _line("同意开工", "green", "check", meta=HOW[given])


def ended(given: str, *, drawn: bool, colleague: str = "") -> str:
    """By whose word the work ended."""
    if given == SIGNED:
        return "客户屏幕签名" if drawn else "客户签于纸面"
    return f"{colleague}确认" if given == STAFF else "报修人确认"


def yuan(fen: int) -> str:
    """¥80.50."""
    return f"¥{fen / 100:,.2f}"


def _words(name: str, data: dict[str, Any], rules: Pack) -> tuple[str, str, str, str, str]:
    skills = rules.repairs.skills if rules.repairs else {}
    channel = rules.channels.get(data.get("channel", ""), "")
    match name:
        case "repair.ordered":
            source = "前台开单" if data["source"] == "reception" else "口头报修"
            return _line("报修", "", "phone", meta=f"{source} · {data['number']} · {skills.get(data['skill'], '')}")
        case "repair.appointed":
            begins, ends = (clock.local(datetime.fromisoformat(data[key])) for key in ("begins", "ends"))
            when = f"{begins:%m-%d %H:%M}" + (f" ～ {ends:%H:%M}" if ends != begins else "")
            meta = f"{channel}与客户约定" + ("" if data["in_time"] else "，改约时原定时间已过")
            mark = f"预约 {when}" if data["nth"] == 1 else f"改约 {when}"
            return _line(mark, "blue" if data["in_time"] else "red", "calendar-clock", data["reason"], meta)
        case "repair.help_asked":
            return _line(f"申请外派{data['helper']}", "", "users-round", meta=f"原因：{data['reason']}")
        case "repair.help_decided":
            agreed = data["verdict"] == "approved"
            return _line(
                "同意外派" if agreed else "退回外派", "green" if agreed else "red", "stamp", meta=data["reason"]
            )
        case "repair.assigned":
            skill = "外派" if data["outside"] else "专长相符" if data["skilled"] else "没有登记这项专长"
            return _line(f"派给{data['name']}", "blue", "corner-up-right", data["note"], skill)
        case "repair.urged":
            return _line("催办", "amber", "bell", meta=f"已通知{data['name']}")
        case "repair.arrived":
            if not data["on_time"]:
                return _line("到场", "red", "clock", meta="超过约定时间")
            return _line("到场", "green", "check", meta="在约定时间内" if data.get("appointed", True) else "没有预约")
        case "repair.quoted":
            fees = yuan(data["total_fen"]) if data["total_fen"] else f"免费：{data['free_reason']}"
            return _line("确认故障和收费", "blue", "list-checks", data["finding"], fees)
        case "repair.consented":
            return _line(*consented(data.get("given", SIGNED), drawn=data["drawn"]))
        case "repair.started":
            return _line("开工", "blue", "wrench")
        case "repair.moved":
            return _line("移动物品，业主已同意", "", "house", data["what"])
        case "repair.damaged":
            return _line("损坏物品，已致歉", "red", "triangle-alert", data["what"], f"价值 {yuan(data['price_fen'])}")
        case "repair.compensated":
            return _line("按价赔偿", "green", "check", data["how"])
        case "repair.device_replaced":
            return _line(
                f"更换{data['device']}", "", "wrench", meta=f"旧 {data['old_number']}，新 {data['new_number']}"
            )
        case "repair.finished":
            how = ended(data.get("given", SIGNED), drawn=data["drawn"], colleague=data.get("confirmed_by", ""))
            return _line("完工", "green", "check", data["result"], f"已试用、清场；{how}")
        case "repair.paid":
            return _line(f"现场收款 {yuan(data['amount_fen'])}", "", "file-text", meta=f"票据 {data['receipt']}")
        case "repair.handed_over":
            return _line(
                "财务收到现场收款", "green", "check", meta=f"{yuan(data['amount_fen'])}，票据 {data['receipt']}"
            )
        case "repair.called_back":
            scale, passed = rules.settings.satisfaction, data["passed"]
            felt = scale[data["satisfaction"] - 1] if data["satisfaction"] <= len(scale) else ""
            words = f"{channel}回访，{'合格' if passed else '不合格'}，{felt}"
            return _line(words, "green" if passed else "red", "phone", data["opinion"])
        case "repair.cancelled":
            return _line("取消", "", "x", meta=f"原因：{data['reason']}")
        case "repair.pictures_added":
            return _line(f"添加照片 {len(data['pictures'])} 张", "", "image", meta=data["caption"])
        case "repair.revealed":
            return _line("查看完整号码", "", "eye", meta=f"原因：{data['reason']}")
        case "reminder.raised":
            return _line(f"已提醒{'、'.join(data['told'])}", "amber", "bell", meta=data["words"])
        case "document.requested":
            return _line("生成维修单", "", "printer")
        case "document.cancelled":
            return _line("取消生成维修单", "", "x")
        case _:
            return _line(str(data.get("words", name)))
