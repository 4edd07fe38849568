"""客户沟通记录表 XRWY-KF-12 on paper: the contact and, where it began a reception, its course (C1, C2)."""

from dataclasses import dataclass
from datetime import datetime

from saas import clock, masks
from saas.db import db
from saas.documents.models import Document
from saas.masks import within as said
from saas.pdf.sheet import fill
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.tenancy.staff import Profile
from tenants.contacts import queries as contacts
from tenants.receptions import queries
from tenants.receptions.cases import case_of
from tenants.receptions.models import Step
from tenants.receptions.words import STATES, STEPS


@dataclass(frozen=True)
class Entry:
    """One step of the course."""

    at: datetime
    what: str
    who: str
    words: str


@dataclass(frozen=True)
class ContactForm:
    """Everything on the form. Personal data arrive masked; empty text prints as `--`."""

    company: str
    project: str
    number: str
    printed_by: str
    printed_at: datetime
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    channel: str
    kind: str
    kinds: tuple[str, ...]
    content: str
    unit: str = ""
    customer: str = ""
    phone: str = ""
    steps: tuple[Entry, ...] = ()
    case: str = ""
    state: str = ""


def html(document: Document) -> str:
    """The form of the document's contact as HTML. Raises LookupError when it is gone."""
    contact = contacts.contact(document.subject_id)
    if contact is None:
        raise LookupError(document.subject_id)
    profile, pack = db.session.get_one(Profile, True), pack_on(contact.occurred_at)
    reception, case = queries.find(contact.id), case_of(contact)
    form = ContactForm(
        company=profile.company, project=profile.project, number=contact.number, printed_by=document.requested_by_name,
        printed_at=clock.now(), occurred_at=contact.occurred_at, recorded_at=contact.recorded_at,
        recorded_by=contact.recorded_by_name, channel=pack.channels.get(contact.channel, contact.channel),
        kind=pack.request_kinds.get(contact.request_kind, contact.request_kind),
        kinds=tuple(pack.request_kinds.values()), content=said(contact.summary),
        unit=contact.unit.label if contact.unit else "",
        customer=masks.name(contact.customer.name) if contact.customer else said(contact.reporter),
        phone=masks.phone(contact.customer.phone) if contact.customer else "",
        steps=tuple(_entry(step, pack) for step in reception.steps) if reception else (),
        case=f"{case.what} {case.number} {case.words}" if case else "",
        state=case.state if case else STATES[reception.state][0] if reception else "",
    )  # fmt: skip
    return fill("pdf/contact_form.html", form=form)


def _entry(step: Step, pack: Pack) -> Entry:
    told = f"预计 {clock.local(step.expected_at):%m-%d %H:%M} 答复" if step.expected_at else ""
    mark = pack.settings.satisfaction[step.satisfaction - 1] if step.satisfaction else ""
    facts = (
        pack.channels.get(step.channel, step.channel), told, pack.roles.get(step.role, step.role), mark,
        "还没有解决" if step.settled is False else "",
    )  # fmt: skip
    words = "：".join(filter(None, ("，".join(filter(None, facts)), said(step.words))))
    return Entry(step.taken_at, STEPS[step.kind][0], step.taken_by_name, words)
