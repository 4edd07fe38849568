"""A repair is asked for: a work order with its number, from the reception or by word (E1)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from saas import clock, masks
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.numbers import next_number
from saas.pinyin import initials
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from tenants.contacts.actions import record_contact
from tenants.contacts.models import Contact
from tenants.customers.models import Customer, Unit
from tenants.repairs import states
from tenants.repairs.actions.appointing import agree
from tenants.repairs.models import Repair
from tenants.repairs.rules import rules_of

LONGEST_FAULT, LONGEST_DETAIL = 120, 4000
SOURCES = {"reception": "前台", "spoken": "口头"}


@dataclass(frozen=True)
class NewRepair:
    """What is known when it is asked for. `appointed_from` and `_to` are the span agreed in the same talk, if any.

    Without a customer of the dossiers the words of the reporter stand. Empty `skill` and `urgency` mean the last of the
    pack: anybody, and no hurry. A `common_area` is a place (`room`) of no household, and may have been reported by
    nobody: seen on a round. `rework_of` is the finished repair that did not pass.
    """

    fault: str
    detail: str = ""
    skill: str = ""
    urgency: str = ""
    source: str = "reception"
    channel: str = "phone"
    unit_id: UUID | None = None
    customer_id: UUID | None = None
    room: str = ""
    reporter: str = ""
    phone: str = ""
    common_area: bool = False
    appointed_from: datetime | None = None
    appointed_to: datetime | None = None
    rework_of: UUID | None = None


def order(new: NewRepair, *, contact: Contact | None = None, by: Actor) -> Repair:
    """Write the work order with its number (E1); with `contact`, out of that talk, else the talk is recorded too.

    Household, person and name are taken over from the contact where `new` leaves them empty. An appointment that was
    agreed at once is made with it. Raises Problem naming the field that must change, Forbidden.
    """
    now = clock.now()
    rules = pack_on(now)
    settings = rules_of(rules)
    holds(by, rules, "登记报修", *settings.roles.orderers)
    unit_id, customer_id, name = new.unit_id, new.customer_id, new.reporter.strip()
    if contact is not None:
        unit_id, customer_id = unit_id or contact.unit_id, customer_id or contact.customer_id
        name = name or contact.reporter
    _check(new, rules)
    unit = db.session.get(Unit, unit_id) if unit_id and not new.common_area else None
    customer = db.session.get(Customer, customer_id) if customer_id else None
    room, name = unit.label if unit else new.room.strip(), customer.name if customer else name
    if not room:
        raise Problem("请写明公共区域的地点" if new.common_area else "请选择住户，或写明房号、地点", "room")
    if len(room) > 60:
        raise Problem("房号或地点最多 60 字", "room")
    if not name and not new.common_area:
        raise Problem("请选择客户，或写下报修人姓名", "reporter")
    repair = Repair(
        id=uuid4(), number=next_number(f"WX-{clock.local(now):%Y}", 6), source=new.source, fault=new.fault.strip(),
        detail=new.detail.strip(), skill=new.skill or list(settings.skills)[-1],
        urgency=new.urgency or list(settings.urgencies)[-1], unit_id=unit.id if unit else None,
        customer_id=customer.id if customer else None, rework_of=_reworked(new.rework_of), room=room,
        reporter=name[:60], phone="" if customer else new.phone.strip(), common_area=new.common_area, ordered_at=now,
        ordered_by=by.id, ordered_by_name=by.name, initials=initials(name[:60])[:60],
    )  # fmt: skip
    talk = contact
    if talk is None and name:  # what nobody reported is no talk with a customer
        talk = record_contact(
            channel=new.channel, request_kind="repair", summary=repair.fault, unit_id=repair.unit_id,
            customer_id=repair.customer_id, reporter=repair.reporter, by=by, pack=rules, subject=repair,
        )  # fmt: skip
    repair.contact_id = talk.id if talk else None
    db.session.add(repair)
    record(
        "repair.ordered", repair, by, number=repair.number, source=repair.source, skill=repair.skill,
        urgency=repair.urgency,
    )  # fmt: skip
    db.session.flush()
    if new.appointed_from is not None:
        agree(repair, rules, new.appointed_from, new.appointed_to, channel=new.channel, reason="", by=by)
    return repair


def _reworked(repair_id: UUID | None) -> UUID | None:
    if repair_id is None:
        return None
    before = db.session.get(Repair, repair_id)
    if before is None or before.state != states.FINISHED:
        raise Conflict("只有已完工的维修可以返修")
    return before.id


def _check(new: NewRepair, rules: Pack) -> None:
    settings = rules_of(rules)
    if not new.fault.strip():
        raise Problem("请用一句话写明故障", "fault")
    if len(new.fault.strip()) > LONGEST_FAULT:
        raise Problem(f"故障最多 {LONGEST_FAULT} 字", "fault")
    if masks.within(new.fault) != new.fault:  # it goes into lists, mails and registers (B10)
        raise Problem("故障会出现在列表和邮件里，请把电话或证件号码写到说明里", "fault")
    if len(new.detail.strip()) > LONGEST_DETAIL:
        raise Problem(f"说明最多 {LONGEST_DETAIL} 字", "detail")
    for value, table, field, name in (
        (new.skill, settings.skills, "skill", "专长"),
        (new.urgency, settings.urgencies, "urgency", "紧急程度"),
    ):
        if value and value not in table:
            raise Problem(f"请选择{name}", field)
    if len(new.phone.strip()) > 40:
        raise Problem("电话最多 40 字", "phone")
    if new.source not in SOURCES:
        raise Problem("请选择来源", "source")
    if new.channel not in rules.channels:
        raise Problem("请选择受理方式", "channel")
