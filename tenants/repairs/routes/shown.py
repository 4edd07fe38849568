"""What the templates of this slice ask for besides their data."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import url_for

from saas import clock
from saas.pictures.models import Photo
from saas.policy import clocks
from saas.policy.repairs import RepairRules
from saas.web.pictures import ACCEPT
from tenants.customers.history import Touch
from tenants.repairs import due, progress, queries, states
from tenants.repairs.history import HOW, ended
from tenants.repairs.models import Repair
from tenants.repairs.routes import blueprint
from tenants.repairs.routes.verbs import VERBS
from tenants.repairs.wanted import RESULTS, VIEWS

URGENCY = ("red", "amber", "")
HINTS = {
    "appointments.begins": "与客户商定；到场不迟于约定时段结束后 10 分钟。",
    "appointments.ends": "约一段时间的填写，例如 14:00 到 15:00；不填就是准点。",
    "appointments.reason": "改约须先征得客户同意；约定时间已过再改，仍算迟到。",
    "assignment.note": "没有登记这项专长的，写明为什么派他。",
    "quotes.finding": "到场后与客户一起确认。",
    "quotes.free_reason": "不收费的写明原因，例如：保修期内；客户同样签名，公共区域不用。",
    "damages.price": "按价赔偿，例如 20 或 20.50。",
    "completion.result": "写在维修单上，三联都有。",
    "acceptance.result": "写在维修单上，三联都有。",
    "acceptance.confirmed_by": "公共区域免费的不用客户签名；选同事的，系统会告知他。",
    "callbacks.opinion": "照客户原话记录；不合格的写明问题，再开返修单。",
    "receipts.receipt": "金额照客户签名的收费，票据号码不能重复。",
    "devices.old_number": "铭牌上的编号；没有编号的写明位置和型号。",
}


def acts(verbs: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """(label, verb, tone, icon) of what may be done now, the most urgent first."""
    return [
        (VERBS[verb].title, verb, "pri" if n == 0 else "", VERBS[verb].icon) for n, verb in enumerate(verbs)
    ]  # fmt: skip


def chips(current: str, at: Callable[..., str]) -> list[tuple[str, str, bool]]:
    """The ranges above the list."""
    return [(label, at(view=view), view == current) for view, label in VIEWS.items()]


def urgency_tone(code: str, rules: RepairRules) -> str:
    """Red for the most urgent of the pack, amber for the next, none for the rest."""
    place = list(rules.urgencies).index(code) if code in rules.urgencies else len(URGENCY)
    return URGENCY[place] if place < len(URGENCY) else ""


def when(row: Any) -> tuple[str, str]:
    """The appointment of a row, 11-20 14:00 ～ 15:00, and since when its time has run out, where it has: 逾期 1 天."""
    going, now = row.state in (states.ORDERED, states.ASSIGNED), clock.now()
    late = going and row.due_at is not None and row.due_at < now
    return progress.span(row.appointed_from, row.appointed_to), clocks.remaining(row.due_at, now) if late else ""


def pics(
    repair: Repair, photos: Mapping[str, Photo], only: Collection[str] | None = None, but: Collection[str] = ()
) -> list[tuple[str, str, str, str]]:
    """Photos for `ui.pics`, all or only these, without those: words, the whole photo, an icon, the small one."""
    return [
        (
            each.caption or f"{each.added_by_name} {clock.local(each.added_at):%m-%d %H:%M}",
            url_for("repairs.picture_of", id=repair.id, photo_id=each.id), "image",
            url_for("repairs.small_picture", id=repair.id, photo_id=each.id),
        )
        for key, each in photos.items()
        if (only is None or key in only) and key not in but
    ]  # fmt: skip


def dossier_of(repair: Repair) -> str:
    """The dossier of the household, if the order names one."""
    return url_for("customers.show", unit_id=repair.unit_id) if repair.unit_id else ""


def phone_of(repair: Repair) -> str:
    """The number on the order, or in the dossier."""
    return repair.phone or (repair.customer.phone if repair.customer else "")


def touches(unit_id: UUID, customer_ids: Sequence[UUID], limit: int) -> list[Touch]:
    """The repairs in the history of a household (B1)."""
    return [
        Touch(
            each.ordered_at, each.ordered_by_name, "报修", each.fault, (each.number, states.LABELS[each.state]),
            icon="wrench", href=url_for("repairs.show", id=each.id),
        )
        for each in queries.of_household(unit_id, customer_ids, limit)
    ]  # fmt: skip


blueprint.record_once(lambda state: state.app.extensions.setdefault("touches", []).append(touches))


@blueprint.context_processor
def words() -> dict[str, Any]:
    """For every template of the slice."""
    return {
        "acts": acts, "chips": chips, "urgency_tone": urgency_tone, "when": when, "pics": pics, "span": progress.span,
        "dossier_of": dossier_of, "phone_of": phone_of, "hints": HINTS, "accept": ACCEPT, "states": states,
        "results": RESULTS, "one_tap": ("arrival", "agreement", "start", "handover", "urging"), "verbs": VERBS,
        "step_of": due.next_of, "given_words": HOW, "ended": ended,
    }  # fmt: skip
