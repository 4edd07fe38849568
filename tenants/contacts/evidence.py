"""What the contacts of a period show: each is on record (C1), and answered in time (C3)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, literal, select

from saas.policy.evidence import MET, MISSED, Question, Rows, Source
from tenants.contacts.models import Contact

WRITTEN = ("letter", "email", "online", "sms")
"""What lies unanswered until somebody reads it; in any other way one talks, and that is the answer."""


def _contacts(asked: Question, verdict: ColumnElement[Any]) -> Select[Any]:
    return select(
        Contact.id, (Contact.number + " " + Contact.summary).label("label"), Contact.occurred_at.label("at"),
        verdict.label("verdict"),
    ).where(Contact.occurred_at >= asked.begin, Contact.occurred_at < asked.end)  # fmt: skip


def records(asked: Question) -> Rows:
    """Every 客户沟通记录: a contact that nobody recorded cannot be counted (C1)."""
    return Rows(_contacts(asked, literal(MET)), "contacts.show", "contact_id")


def first_responses(asked: Question) -> Rows:
    """What customers brought up and did not become a case, which has its own clock; the limit is in hours (C3)."""
    limit = timedelta(hours=asked.pack.clocks[asked.clause.clock or ""].amount)
    late = Contact.channel.in_(WRITTEN) & (Contact.recorded_at > Contact.occurred_at + limit)
    rows = _contacts(asked, case((late, MISSED), else_=MET)).where(Contact.subject_id.is_(None))
    return Rows(rows, "contacts.show", "contact_id")


EVIDENCE = {
    "contacts.records": Source(records, ("contacts",)),
    "contacts.first_responses": Source(first_responses, ("contacts",)),
}
