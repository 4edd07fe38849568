"""The roster as a workbook: masked unless the right is there, with a watermark: who took it and when (B10, B13)."""

from datetime import date
from types import SimpleNamespace
from uuid import UUID

from saas import clock, masks
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.sheets import write
from tenants.customers.access import EXPORT_FULL
from tenants.customers.fields import CHANNELS
from tenants.customers.models import OCCUPANCY, RELATIONS, Customer, Unit
from tenants.customers.queries import Wanted, households
from tenants.customers.roster import COLUMNS
from tenants.customers.stages import stage

HEADER = [*(column.title for column in COLUMNS), "阶段"]
ROSTER = UUID("00000000-0000-0000-0000-000000000001")
"""The roster as a whole, subject of the event of an export: it has no row of its own."""


def export(wanted: Wanted, *, reason: str, full: bool, today: date, pack: Pack, by: Actor) -> bytes:
    """The .xlsx of the households wanted, one row a person. Forbidden for full numbers without the right;
    Problem without a reason."""
    if full and not by.has(*EXPORT_FULL):
        raise Forbidden("导出完整号码须由项目经理操作，您可以导出脱敏的名册")
    if not (reason := reason.strip()) or len(reason) > 200:
        raise Problem("请写下导出用途，最多 200 个字", "reason")
    units, total = households(wanted, today=today, pack=pack, limit=None)
    rows = [_row(unit, customer, relation, full, today, pack) for unit in units for customer, relation in _people(unit)]
    record(
        "roster.exported", SimpleNamespace(__tablename__="rosters", id=ROSTER), by, reason=reason, full=full,
        households=total, rows=len(rows), search=bool(wanted != Wanted()),
    )  # fmt: skip
    watermark = f"{by.name} 于 {clock.local(clock.now()):%Y-%m-%d %H:%M} 导出，用途：{reason}。内含个人信息，不得外传。"
    return write(rows, HEADER, "住户名册", watermark=watermark)


def _people(unit: Unit) -> list[tuple[Customer | None, str]]:
    people = sorted(unit.residencies, key=lambda stay: (list(RELATIONS).index(stay.relation), stay.customer.name_sort))
    return [(stay.customer, stay.relation) for stay in people] or [(None, "")]


def _row(unit: Unit, who: Customer | None, relation: str, full: bool, today: date, pack: Pack) -> list[object]:
    phones = [number if full else masks.phone(number) for number in who.phones] if who else []
    email = (who.email if full else masks.email(who.email)) if who and who.email else ""
    return [
        unit.building, unit.unit, unit.room, who.name if who else "", "、".join(phones), RELATIONS.get(relation, ""),
        unit.handed_over_on, OCCUPANCY[unit.occupancy], unit.steward.name if unit.steward else "",
        CHANNELS.get(who.preferred_channel, "") if who else "", email,
        unit.area_cm2 / 10_000 if unit.area_cm2 else None, who.note if who else unit.note,
        stage(unit.handed_over_on, today, pack).label,
    ]  # fmt: skip
