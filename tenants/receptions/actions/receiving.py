"""One sentence and its kind become the contact record, and the case where there is to be one (C1, C2, D1)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from saas import clock, masks
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.tenancy.staff import Staff
from tenants.complaints import actions as complaints
from tenants.complaints.actions.registering import LONGEST_SUBJECT
from tenants.complaints.models import Complaint
from tenants.complaints.rules import rules_on
from tenants.contacts.actions import record_contact
from tenants.contacts.models import Contact
from tenants.customers.models import Unit
from tenants.receptions.actions.steps import add, limit, owe
from tenants.receptions.models import CLOSED, EXPECTED, FED_BACK, HANDLED, OPEN, PASSED, Reception
from tenants.repairs import actions as repairs
from tenants.repairs.actions.ordering import LONGEST_DETAIL, LONGEST_FAULT
from tenants.repairs.models import Repair

COMPLAINT, REPAIR = "complaint", "repair"
SETTLED = "settled"
SOURCES = {"phone": "project_phone", "in_person": "walk_in"}
"""How a complaint came in, by the way one talked; the other ways are called alike."""


@dataclass(frozen=True)
class Matter:
    """What was said at the desk. `answer`: settled at once, the hours that the customer was told to wait, or empty.

    `category` matters for complaints only; `room`, `reporter` and `phone` for who is not on file.
    """

    channel: str
    request_kind: str
    summary: str
    unit_id: UUID | None = None
    customer_id: UUID | None = None
    room: str = ""
    reporter: str = ""
    phone: str = ""
    category: str = ""
    answer: str = ""


def receive(matter: Matter, *, by: Actor) -> Reception:
    """Register what a customer brings up; a complaint and a repair become cases with clocks of their own.

    Raises Problem at a field.
    """
    now, rules = clock.now(), rules_on(clock.now())
    if by.id is None:
        raise Problem("请登录后再登记")
    contact = _CASES.get(matter.request_kind, _contact)(matter, rules.pack, by)
    until = limit(rules, "first_response", now)
    reception = Reception(
        id=contact.id, registered_at=now, answer_by=until, owner_id=_owner(matter, by), state=PASSED, due_at=None,
        version=1,
    )  # fmt: skip
    if contact.subject_id is None:
        reception.state = CLOSED if matter.answer == SETTLED else OPEN
        reception.due_at = None if matter.answer == SETTLED else until
    db.session.add(reception)
    db.session.flush()
    if contact.subject_id is None:
        _answer(reception, contact, matter.answer, rules.pack, by)
    record("reception.registered", reception, by, kind=matter.request_kind, answer=matter.answer)
    return reception


def _contact(matter: Matter, pack: Pack, by: Actor) -> Contact:
    return record_contact(
        channel=matter.channel, request_kind=matter.request_kind, summary=matter.summary, by=by, pack=pack,
        unit_id=matter.unit_id, customer_id=matter.customer_id,
        reporter=" ".join(filter(None, (matter.reporter.strip(), matter.phone.strip())))[:60],
    )  # fmt: skip


def _complaint(matter: Matter, pack: Pack, by: Actor) -> Contact:
    if not matter.summary.strip():
        raise Problem("请写下沟通内容，一句话也可以", "summary")
    title = masks.within(" ".join(matter.summary.split()))  # lists and mails show it (B10)
    nobody = not (matter.customer_id or matter.reporter.strip())
    source = SOURCES.get(matter.channel, matter.channel)
    new = complaints.NewComplaint(
        subject=title if len(title) <= LONGEST_SUBJECT else title[: LONGEST_SUBJECT - 1] + "…", body=matter.summary,
        category=matter.category if matter.category in pack.categories else list(pack.categories)[-1],
        source=source if source in pack.sources else next(iter(pack.sources)), channel=matter.channel,
        unit_id=matter.unit_id, customer_id=matter.customer_id, anonymous=nobody,
        room="" if matter.unit_id else matter.room, reporter="" if matter.customer_id else matter.reporter,
        phone="" if matter.customer_id else matter.phone,
    )  # fmt: skip
    return _of(complaints.register(new, by=by))


def _repair(matter: Matter, pack: Pack, by: Actor) -> Contact:
    if pack.repairs is None:
        return _contact(matter, pack, by)
    if not matter.summary.strip():
        raise Problem("请写下沟通内容，一句话也可以", "summary")
    fault = masks.within(" ".join(matter.summary.split()))  # lists and mails show it (B10)
    whole = fault == matter.summary.strip() and len(fault) <= LONGEST_FAULT
    new = repairs.NewRepair(
        fault=fault if len(fault) <= LONGEST_FAULT else fault[: LONGEST_FAULT - 1] + "…",
        detail="" if whole else matter.summary.strip()[:LONGEST_DETAIL], channel=matter.channel, unit_id=matter.unit_id,
        customer_id=matter.customer_id, room=matter.room,
        reporter=matter.reporter.strip() or ("住户" if matter.unit_id else ""), phone=matter.phone,
    )  # fmt: skip
    return _of(repairs.order(new, by=by))


_CASES = {COMPLAINT: _complaint, REPAIR: _repair}


def _of(case: Complaint | Repair) -> Contact:
    """The contact that a case was recorded with."""
    led = Contact.subject_type == case.__tablename__, Contact.subject_id == case.id
    return db.session.scalars(select(Contact).where(*led)).one()


def _owner(matter: Matter, by: Actor) -> UUID:
    """The household's steward, while at work here; else whoever registers it."""
    at_work = select(Staff.id).join(Unit, Unit.steward_id == Staff.id)
    found = db.session.scalar(at_work.where(Unit.id == matter.unit_id, Staff.ended_at.is_(None)))
    return found or by.id  # type: ignore[return-value]


def _answer(reception: Reception, contact: Contact, answer: str, pack: Pack, by: Actor) -> None:
    """What the customer was told at once: that it is settled, or by when there is an answer (C3)."""
    least, most = pack.settings.expected_hours
    if answer == SETTLED:
        add(reception, HANDLED, "当场办结", by)
        add(reception, FED_BACK, "", by, channel=contact.channel)
    elif answer:
        if not answer.isdecimal() or not least <= int(answer[:3]) <= most:
            raise Problem(f"预计时间请选择 {least} 到 {most} 小时", "answer")
        told = clock.now() + timedelta(hours=int(answer))
        add(reception, EXPECTED, "", by, channel=contact.channel, expected_at=told)
        owe(reception, OPEN, told)
    else:
        owe(reception, OPEN, reception.answer_by)
