"""How far a repair is: 报修, 上门, 同意收费, 完工, 回访, each with its clock and words."""

from dataclasses import dataclass
from datetime import datetime

from saas import clock, masks
from saas.policy import clocks
from saas.policy.pack import Pack
from tenants.repairs import states
from tenants.repairs.course import Facts
from tenants.repairs.models import Repair
from tenants.repairs.month import callback_days
from tenants.repairs.rules import SIGNED


@dataclass(frozen=True)
class ShownStage:
    """A clock in the bar at the top."""

    label: str
    words: str
    note: str
    tone: str
    fraction: float
    current: bool = False


def bar(repair: Repair, known: Facts, rules: Pack) -> list[ShownStage]:
    """报修, 上门, 同意收费, 完工, 回访."""
    shown = [ShownStage("报修", "", _at(repair.ordered_at), "green", 1), _coming(repair, known)]
    consent = known.consents[-1] if known.consents else None
    agreed = consent is not None and known.quote is not None and consent.nth == known.quote.nth
    if agreed and consent is not None:
        how = f"{masks.name(consent.signer)}签名" if consent.given == SIGNED else "公共区域免费"
        note = f"{_at(consent.consented_at)} {how}"
        shown.append(ShownStage("同意收费", "", note, "green", 1))
    else:
        signs = known.needs_signature(repair)
        words = ("待签名" if signs else "待同意") if known.quote else ""
        unsigned = not signs or (repair.common_area and not known.quote)
        note = "公共区域免费的不用签名" if unsigned else "签名之后才开工"
        shown.append(ShownStage("同意收费", words, note, "amber" if words else "gray", 0, bool(words)))
    if known.completion:
        shown.append(ShownStage("完工", "", _at(known.completion.finished_at), "green", 1))
        shown.append(_calling(known, rules))
    elif repair.state == states.CANCELLED:
        shown.append(
            ShownStage("已取消", "", _at(known.cancellation.cancelled_at) if known.cancellation else "", "", 1)
        )
    else:
        working = repair.state == states.WORKING
        note = "试用、清场、客户签名" if known.needs_signature(repair) else "试用、清场、确认"
        shown.append(ShownStage("完工", "", note, "blue" if working else "gray", 0, working))
    return shown


def _coming(repair: Repair, known: Facts) -> ShownStage:
    if known.arrival:
        note = f"{_at(known.arrival.arrived_at)} 到场"
        if known.arrival.due_at is None:
            return ShownStage("上门", "", note, "green", 1)
        if known.arrival.on_time:
            return ShownStage("上门", "准时", note, "green", 1)
        late = known.arrival.arrived_at - known.arrival.due_at
        words = clocks.phrase("迟到", late) if late.total_seconds() > 0 else "改约时已超时"
        return ShownStage("上门", words, note, "red", 1)
    if repair.due_at is None or repair.state == states.CANCELLED:
        return ShownStage("上门", "", "还没有预约", "gray", 0)
    now = clock.now()
    words, note = clocks.remaining(repair.due_at, now), f"约定 {span(repair.appointed_from, repair.appointed_to)}"
    if now > repair.due_at:
        return ShownStage("上门", words, note, "red", 1, True)
    return ShownStage("上门", words, note, "blue", clocks.progress(repair.ordered_at, repair.due_at, now), True)


def _calling(known: Facts, rules: Pack) -> ShownStage:
    if known.callbacks:
        last = known.callbacks[-1]
        tone = "green" if last.passed else "red"
        return ShownStage(
            "回访", "合格" if last.passed else "不合格", f"{_at(last.called_at)} {last.called_by_name}", tone, 1
        )
    until = known.completion.finished_at + callback_days(rules) if known.completion else clock.now()
    return ShownStage("回访", "", f"{clock.local(until):%m-%d} 前，抽查回访", "gray", 0)


def span(begins: datetime | None, ends: datetime | None) -> str:
    """11-20 14:00, or 11-20 14:00 ～ 15:00."""
    if begins is None:
        return "没有预约"
    first, last = clock.local(begins), clock.local(ends or begins)
    if first == last:
        return f"{first:%m-%d %H:%M}"
    return f"{first:%m-%d %H:%M} ～ {last:%H:%M}" if first.date() == last.date() else f"{_at(begins)} ～ {_at(last)}"


def _at(moment: datetime) -> str:
    return f"{clock.local(moment):%m-%d %H:%M}"
