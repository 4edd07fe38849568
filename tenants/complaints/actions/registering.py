"""Intake: every complaint from every channel goes through here (D1) onto a numbered card (D2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from saas import clock, masks
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.numbers import next_number
from saas.pictures import Picture
from saas.pictures import actions as pictures
from saas.pinyin import initials
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.tenancy.staff import Staff
from tenants.complaints import stages
from tenants.complaints.models import Complaint
from tenants.complaints.rules import rules_on
from tenants.contacts.actions import record_contact
from tenants.customers.models import Customer, Unit

LONGEST_SUBJECT, LONGEST_BODY, LONGEST_DEMAND = 120, 20_000, 2_000


@dataclass(frozen=True)
class NewComplaint:
    """What is known at intake. Without a customer the words of the reporter stand, or nothing at all when anonymous."""

    subject: str
    body: str
    category: str
    source: str
    channel: str
    demand: str = ""
    unit_id: UUID | None = None
    customer_id: UUID | None = None
    room: str = ""
    reporter: str = ""
    phone: str = ""
    email: str = ""
    anonymous: bool = False
    complained_about: UUID | None = None
    received_at: datetime | None = None
    severity: str = ""
    pictures: Sequence[Picture] = ()


def register(new: NewComplaint, *, by: Actor) -> Complaint:
    """Write the card, its number and the contact record, and start the clocks from the moment of receipt (D1, D2, D7).

    Raises Problem naming the field that must change.
    """
    now = clock.now()
    received_at = new.received_at or now
    if received_at > now:
        raise Problem("收到时间不能晚于现在", "received_at")
    if received_at < clock.EARLIEST:
        raise Problem(f"收到时间不能早于 {clock.EARLIEST.year} 年", "received_at")
    rules = rules_on(received_at)
    _check(new, rules.pack)
    unit = db.session.get(Unit, new.unit_id) if new.unit_id else None
    customer = db.session.get(Customer, new.customer_id) if new.customer_id and not new.anonymous else None
    complaint = Complaint(
        number=next_number(f"TS-{clock.local(now):%Y%m%d}", 3), subject=new.subject.strip(), body=new.body.strip(),
        demand=new.demand.strip(), category=new.category, severity=new.severity or next(iter(rules.pack.severities)),
        source=new.source, channel=new.channel, unit_id=unit.id if unit else None,
        customer_id=customer.id if customer else None, room=unit.label if unit else new.room.strip(),
        reporter="" if new.anonymous else customer.name if customer else new.reporter.strip(),
        phone="" if customer else new.phone.strip(), email="" if customer else new.email.strip(),
        anonymous=new.anonymous, received_at=received_at, registered_at=now, registered_by=by.id,
        registered_by_name=by.name, complained_about=new.complained_about, stages=[],
    )  # fmt: skip
    complaint.initials = initials(complaint.reporter)[:60]
    db.session.add(complaint)
    db.session.flush()
    record_contact(
        channel=new.channel, request_kind="complaint", summary=complaint.subject, unit_id=complaint.unit_id,
        customer_id=complaint.customer_id, reporter=complaint.reporter, occurred_at=received_at, by=by, pack=rules.pack,
        subject=complaint,
    )  # fmt: skip
    stages.start(complaint, stages.RECEIVED, received_at, rules)
    shown = [str(photo) for photo in pictures.keep(complaint, new.pictures, by=by)]
    record(
        "complaint.registered", complaint, by, number=complaint.number, source=complaint.source,
        category=complaint.category, severity=complaint.severity, received_at=received_at.isoformat(), pictures=shown,
    )  # fmt: skip
    db.session.flush()
    return complaint


def _check(new: NewComplaint, pack: Pack) -> None:
    for text, longest, field, name in (
        (new.subject, LONGEST_SUBJECT, "subject", "标题"),
        (new.body, LONGEST_BODY, "body", "投诉内容"),
    ):
        if not text.strip():
            raise Problem(f"请填写{name}", field)
        if len(text.strip()) > longest:
            raise Problem(f"{name}最多 {longest} 字", field)
    if masks.within(new.subject) != new.subject:  # a title goes into lists, mails and registers (B10)
        raise Problem("标题会出现在列表和邮件里，请把电话或证件号码写到内容里", "subject")
    if len(new.demand) > LONGEST_DEMAND:
        raise Problem(f"诉求最多 {LONGEST_DEMAND} 字", "demand")
    for value, table, field, name in (
        (new.category, pack.categories, "category", "类别"),
        (new.source, pack.sources, "source", "来源"),
        (new.channel, pack.channels, "channel", "受理方式"),
    ):
        if value not in table:
            raise Problem(f"请选择{name}", field)
    if new.severity and new.severity not in pack.severities:
        raise Problem("请选择等级", "severity")
    if new.severity == pack.alarm.severity:  # with its ground and its alarm (D9)
        raise Problem("是否重大由主管判定", "severity")
    if not new.anonymous and not new.customer_id and not new.reporter.strip():
        raise Problem("请选择客户或写下投诉人姓名；不愿留名的请勾选匿名", "reporter")
    if new.complained_about and db.session.get(Staff, new.complained_about) is None:
        raise Problem("被投诉人应是本项目员工", "complained_about")
