"""What a reception becomes elsewhere: the case with its own clocks, and the cases of a household that are open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from saas.db import db
from tenants.complaints import states as of_complaints
from tenants.complaints.models import Complaint
from tenants.contacts.models import Contact
from tenants.repairs import states as of_repairs
from tenants.repairs.models import Repair


@dataclass(frozen=True, slots=True)
class Open:
    """Something of a household: what it is called, where it stands, until when the next step is owed, and its page."""

    what: str
    number: str
    words: str
    state: str
    tone: str
    due_at: datetime | None
    endpoint: str
    where: dict[str, Any]


COMPLAINTS: Any = select(Complaint.id, Complaint.number, Complaint.subject, Complaint.state, Complaint.next_due_at)
REPAIRS: Any = select(Repair.id, Repair.number, Repair.fault, Repair.state, Repair.due_at)
ENDED: ColumnElement[bool] = or_(
    select(Complaint.id).where(Complaint.id == Contact.subject_id, Complaint.state == of_complaints.CLOSED).exists(),
    select(Repair.id).where(Repair.id == Contact.subject_id, Repair.state.in_(of_repairs.ENDED)).exists(),
)
"""The case that a contact became is finished."""


def case_of(contact: Contact) -> Open | None:
    """The case that a contact became, open or not."""
    if contact.subject_type == Complaint.__tablename__:
        row = db.session.execute(COMPLAINTS.where(Complaint.id == contact.subject_id)).one_or_none()
        return _complaint(row) if row else None
    if contact.subject_type == Repair.__tablename__:
        row = db.session.execute(REPAIRS.where(Repair.id == contact.subject_id)).one_or_none()
        return _repair(row) if row else None
    return None


def open_cases(unit_id: UUID, people: Collection[UUID], limit: int) -> list[Open]:
    """The open cases of a household and of those who live or lived in it, the most urgent first of each kind."""
    complaints = (
        COMPLAINTS.where(or_(Complaint.unit_id == unit_id, Complaint.customer_id.in_(people)))
        .where(Complaint.state != of_complaints.CLOSED)
        .order_by(Complaint.next_due_at.asc().nulls_last(), Complaint.id)
    )
    repairs = (
        REPAIRS.where(or_(Repair.unit_id == unit_id, Repair.customer_id.in_(people)))
        .where(Repair.state.not_in(of_repairs.ENDED))
        .order_by(Repair.due_at.asc().nulls_last(), Repair.id)
    )
    found = [_complaint(row) for row in db.session.execute(complaints.limit(limit))]
    return found + [_repair(row) for row in db.session.execute(repairs.limit(limit))]


def _complaint(row: Any) -> Open:
    label, tone = of_complaints.LABELS[row.state], of_complaints.TONES[row.state]
    return Open("投诉", row.number, row.subject, label, tone, row.next_due_at, "complaints.show", {"id": row.id})


def _repair(row: Any) -> Open:
    label, tone = of_repairs.LABELS[row.state], of_repairs.TONES[row.state]
    return Open("报修", row.number, row.fault, label, tone, row.due_at, "repairs.show", {"id": row.id})
