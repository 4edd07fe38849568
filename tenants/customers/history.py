"""Every touch of a household, newest first (B1): its own events, and what the slices above add to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas import masks
from saas.db import db
from saas.events import Event
from saas.tenancy.staff import Staff
from tenants.customers.fields import CHANNELS
from tenants.customers.models import OCCUPANCY, RELATIONS, Unit


@dataclass(frozen=True, slots=True)
class Touch:
    """One line of the history, as the page shows it."""

    at: datetime
    who: str
    mark: str
    words: str = ""
    facts: tuple[str, ...] = ()
    tone: str = "blue"
    icon: str = ""
    href: str = ""


Source = Callable[[UUID, Sequence[UUID], int], Sequence[Touch]]
"""Touches of a household and its customers, newest first, at most so many: given by the slices that know of them."""

MARKS = {
    "unit.registered": ("建档", "green"),
    "unit.changed": ("修改住户", ""),
    "customer.registered": ("登记住户", "green"),
    "customer.changed": ("修改资料", ""),
    "customer.moved_out": ("搬离", ""),
    "customer.revealed": ("查看号码", "amber"),
}
FIELDS = {
    "label": "房号", "occupancy": "居住状态", "handed_over_on": "交付日期", "steward_id": "管家", "area_cm2": "面积",
    "note": "备注", "name": "姓名", "phone": "手机", "other_phones": "其他号码", "email": "邮箱", "relation": "身份",
    "preferred_channel": "首选方式",
}  # fmt: skip
LABELS = {"occupancy": OCCUPANCY, "relation": RELATIONS, "preferred_channel": CHANNELS}


def history(unit: Unit, sources: Sequence[Source] = (), limit: int = 50) -> list[Touch]:
    """The newest touches of a household and of everybody who lives or lived in it; numbers in them stay masked."""
    people = {stay.customer_id: stay.customer.name for stay in unit.residencies}
    touches = _own(unit, people, limit)
    for source in sources:
        touches.extend(source(unit.id, list(people), limit))
    return sorted(touches, key=lambda touch: touch.at, reverse=True)[:limit]


def _own(unit: Unit, people: dict[UUID, str], limit: int) -> list[Touch]:
    events = db.session.scalars(
        select(Event)
        .where(
            ((Event.subject_type == "units") & (Event.subject_id == unit.id))
            | ((Event.subject_type == "customers") & Event.subject_id.in_(people))
        )
        .order_by(Event.occurred_at.desc(), Event.id)
        .limit(limit)
    ).all()
    staff = {key for event in events for key in event.data.get("changes", {}).get("steward_id", ()) if key}
    names = (
        {str(s.id): s.name for s in db.session.scalars(select(Staff).where(Staff.id.in_(map(UUID, staff))))}
        if staff
        else {}
    )
    return [_touch(event, people, names) for event in events]


def _touch(event: Event, people: dict[UUID, str], staff: dict[str, str]) -> Touch:
    mark, tone = MARKS.get(event.name, (event.name, ""))
    whom = people.get(event.subject_id, "")
    facts = [
        f"{FIELDS[f]}：{shown(f, b, staff)} → {shown(f, a, staff)}"
        for f, (b, a) in event.data.get("changes", {}).items()
        if f in FIELDS
    ]
    if event.name == "customer.revealed":
        facts.append(f"原因：{event.data['reason']}")
    if "until" in event.data:
        facts.append(f"搬离日期 {event.data['until']}")
    if "file" in event.data:
        facts.append(f"由文件“{event.data['file']}”导入")
    return Touch(event.occurred_at, event.actor_name, mark, whom, tuple(facts), tone)


def shown(field: str, value: Any, staff: dict[str, str]) -> str:
    """A value of an event in words, masked where it is personal (B10)."""
    if value in (None, "", []):
        return "空"
    if field == "phone":
        return masks.phone(value)
    if field == "other_phones":
        return "、".join(map(masks.phone, value))
    if field == "email":
        return masks.email(value)
    if field == "steward_id":
        return staff.get(value, "已离职人员")
    if field == "area_cm2":
        return f"{value / 10_000:g} ㎡"
    return LABELS.get(field, {}).get(value, str(value))
