"""The case that a contact became: a complaint or a repair, each with clocks of its own."""

from dataclasses import dataclass
from typing import Any

from saas.db import db
from tenants.complaints import states as of_complaints
from tenants.complaints.models import Complaint
from tenants.contacts.models import Contact
from tenants.repairs import states as of_repairs
from tenants.repairs.models import Repair


@dataclass(frozen=True, slots=True)
class Case:
    """What it is called, where it stands, and its page."""

    what: str
    number: str
    words: str
    state: str
    endpoint: str
    where: dict[str, Any]


def case_of(contact: Contact) -> Case | None:
    """None for what is settled at the desk itself."""
    if contact.subject_id is None:
        return None
    if contact.subject_type == Complaint.__tablename__:
        made = db.session.get_one(Complaint, contact.subject_id)
        state = of_complaints.LABELS[made.state]
        return Case("投诉", made.number, made.subject, state, "complaints.show", {"id": made.id})
    if contact.subject_type == Repair.__tablename__:
        order = db.session.get_one(Repair, contact.subject_id)
        state = of_repairs.LABELS[order.state]
        return Case("报修", order.number, order.fault, state, "repairs.show", {"id": order.id})
    return None
