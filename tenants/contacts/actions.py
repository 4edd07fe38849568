"""Record a contact; it is a fact and stays as it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saas import clock, reveals
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.numbers import next_number
from saas.pinyin import initials
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.reveals import Passage
from tenants.contacts.models import Contact
from tenants.customers.access import REVEAL


def passages(contact: Contact) -> list[Passage]:
    """What is shown of it with a number masked, in full (B10)."""
    return reveals.hidden([("沟通内容", contact.summary), ("来访人", contact.reporter)])


def reveal(contact: Contact, *, reason: str, by: Actor) -> list[Passage]:
    """The same, once; the look is an event with its reason. Raises Problem without one, Forbidden without the right."""
    if not by.has(*REVEAL):
        raise Forbidden("您的角色不能查看完整号码，请联系管家或客服主管")
    reveals.note("contact.revealed", contact, reason=reason, by=by)
    return passages(contact)


def record_contact(
    *, channel: str, request_kind: str, summary: str, by: Actor, pack: Pack, unit_id: UUID | None = None,
    customer_id: UUID | None = None, reporter: str = "", occurred_at: datetime | None = None, subject: Any = None,
) -> Contact:  # fmt: skip
    """Write one 客户沟通记录 (C1). Raises Problem for an unknown channel or kind, an empty text, an impossible time."""
    now = clock.now()
    occurred_at = occurred_at or now
    if channel not in pack.channels:
        raise Problem("请选择沟通方式", "channel")
    if request_kind not in pack.request_kinds:
        raise Problem("请选择事项类别", "request_kind")
    if not summary.strip():
        raise Problem("请写下沟通内容，一句话也可以", "summary")
    if occurred_at > now:
        raise Problem("沟通时间不能晚于现在", "occurred_at")
    if occurred_at < clock.EARLIEST:
        raise Problem(f"沟通时间不能早于 {clock.EARLIEST.year} 年", "occurred_at")
    contact = Contact(
        number=next_number(f"GT-{clock.local(now):%Y}", 6), channel=channel, request_kind=request_kind,
        summary=summary.strip(), unit_id=unit_id, customer_id=customer_id, reporter=reporter, occurred_at=occurred_at,
        recorded_at=now, recorded_by=by.id, recorded_by_name=by.name, initials=initials(reporter)[:60],
        subject_type=subject.__tablename__ if subject is not None else None,
        subject_id=subject.id if subject is not None else None,
    )  # fmt: skip
    db.session.add(contact)
    db.session.flush()
    record("contact.recorded", contact, by, channel=channel, request_kind=request_kind)
    return contact
