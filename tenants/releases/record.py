"""The record of a release: its events in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from saas import clock, masks
from saas.events import Event
from saas.reveals import Passage
from tenants.releases.models import SEND, WAYS
from tenants.releases.standing import WORDS

DID = {
    "release.drafted": "起草",
    "release.edited": "修改",
    "release.submitted": "提交审批",
    "release.withdrawn": "撤回",
    "release.reopened": "被投诉人有变，须重新审批",
    "release.outdated": "所附记录有修改，须重新提交审批",
    "release.published": "发布",
    "release.urged": "催办",
    "release.acknowledged": "已阅抄送",
}
RESULTS = {"accepted": "accepted", "refused": "failed", "unknown": "unknown"}


@dataclass(frozen=True)
class Entry:
    """One line of the record."""

    who: str
    at: datetime
    did: str
    tone: str = ""
    mark: str = ""
    bubble: str = ""
    meta: str = ""


def entries(events: Sequence[Event], names: Mapping[UUID, str]) -> list[Entry]:
    """The history of a release in words, in the order of the events; `names` tells who the staff are.

    Numbers in what people noted are masked (B10).
    """
    return [_masked(_entry(event, names)) for event in events]


def said(events: Sequence[Event]) -> list[Passage]:
    """What people noted, in full, each with who and when."""
    told = [_entry(event, {}) for event in events]
    whose = [(f"{each.who} {clock.local(each.at):%m-%d %H:%M}", each) for each in told]
    return [(who, text) for who, each in whose for text in (each.did, each.bubble, each.meta) if text]


def _masked(entry: Entry) -> Entry:
    within = masks.within
    return replace(entry, did=within(entry.did), bubble=within(entry.bubble), meta=within(entry.meta))


def _entry(event: Event, names: Mapping[UUID, str]) -> Entry:
    data, who, at = event.data, event.actor_name, event.occurred_at
    version = f"第 {data['version']} 版" if "version" in data else ""
    match event.name:
        case "release.decided":
            back = data["verdict"] == "returned"
            stood = f"{who}代{event.on_behalf_of}" if event.on_behalf_of else who
            did = f"{data['step']}{'退回修改' if back else '同意'}"
            return Entry(stood, at, did, "red" if back else "green", version, data.get("reason", ""))
        case "release.edited":
            voided = "正文修改后，之前版本的决定自动作废" if data.get("voided") else ""
            return Entry(who, at, DID[event.name], mark=version, meta=voided)
        case "release.attempted":
            word, tone, _ = WORDS[RESULTS[data["result"]]]
            answer = f"{data['code'] or ''} {data['words']}".strip()
            return Entry(who, at, f"发送：{word}", tone, meta=answer if word != "已送达" else "")
        case "release.resolved":
            did = "核实为已送达" if data["verdict"] == "delivered" else "要求重新发送"
            return Entry(who, at, did, bubble=data["note"])
        case "release.handed_over":
            return Entry(who, at, f"线下递交：{WAYS[data['way']]}，{data['receiver']}", "green", bubble=data["note"])
        case "release.held":
            why = f"{data['names']}是被投诉人，参与了这封信的起草或审批；尚未发出的暂缓"
            return Entry(who, at, "暂缓发出", "amber", meta=why)
        case "release.hold_decided":
            did = "决定仍然发出" if data["verdict"] == SEND else "决定不再发出"
            return Entry(who, at, did, "green" if data["verdict"] == SEND else "red", bubble=data["reason"])
        case "release.revealed":
            return Entry(who, at, "查看完整号码", meta=f"原因：{data['reason']}")
        case "release.transferred":
            return Entry(who, at, f"转交给 {names.get(UUID(data['to']), '同事')}")
        case "release.copied":
            return Entry(who, at, "抄送给 " + "、".join(names.get(UUID(person), "同事") for person in data["to"]))
        case _:
            return Entry(who, at, DID.get(event.name, event.name), mark=version)
