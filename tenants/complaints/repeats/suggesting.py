"""Which earlier complaints may be the same matter (D5): suggested, a person decides."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, union

from saas.db import db
from saas.policy.pack import Pack
from tenants.complaints.models import Complaint
from tenants.complaints.repeats.likeness import READ, Print, said_by_most

NEWEST = 200
"""How many of the latest complaints are compared, besides those of the same household or person."""


@dataclass(frozen=True)
class Suggestion:
    """An earlier complaint, how alike it is in percent, and whether it is of the same household, person or name."""

    id: UUID
    number: str
    subject: str
    state: str
    received_at: datetime
    percent: int
    same_people: bool


def alike(
    subject: str, body: str, at: datetime, pack: Pack, *, unit_id: UUID | None = None, customer_id: UUID | None = None,
    phone: str = "", reporter: str = "", without: Collection[UUID] = (),
) -> list[Suggestion]:  # fmt: skip
    """Complaints received within the span of the pack before `at` that are alike enough, the most alike first.

    For the same household, person, number or name half of the pack's percentage is enough: a ledger of the past knows
    only a name or a code.
    """
    known = [
        Complaint.unit_id == unit_id if unit_id else None,
        Complaint.customer_id == customer_id if customer_id else None,
        Complaint.phone == phone if phone else None,
        and_(Complaint.reporter == reporter, ~Complaint.anonymous) if reporter else None,
    ]
    theirs: ColumnElement[bool] = or_(False, *(each for each in known if each is not None))
    near = and_(
        Complaint.received_at > at - pack.alike.within, Complaint.received_at <= at, Complaint.id.not_in(list(without))
    )
    newest = select(Complaint.id).where(near).order_by(Complaint.received_at.desc(), Complaint.id.desc())
    of_people = select(Complaint.id).where(near, theirs).limit(NEWEST).subquery()
    ids = union(select(newest.limit(NEWEST).subquery()), select(of_people)).subquery()
    rows = db.session.execute(
        select(
            Complaint.id, Complaint.number, Complaint.subject, Complaint.state, Complaint.received_at,
            func.left(Complaint.body, READ).label("text"), theirs,
        ).join(ids, ids.c.id == Complaint.id)
    ).all()  # fmt: skip
    prints, found = [Print.of(row.subject, row.text) for row in rows], []
    dull = said_by_most(Print.of(subject, body), prints)
    this = Print.of(subject, body).without(dull)
    for (id, number, title, state, received_at, _, same), other in zip(rows, prints, strict=True):
        percent = this.percent(other.without(dull))
        if percent >= pack.alike.percent / (2 if same else 1):
            found.append(Suggestion(id, number, title, state, received_at, percent, bool(same)))
    found.sort(key=lambda each: (-each.percent - 50 * each.same_people, each.received_at))
    return found[: pack.alike.most]


def alike_to(complaint: Complaint, pack: Pack, without: Collection[UUID] = ()) -> list[Suggestion]:
    """The same for a complaint of the register."""
    return alike(
        complaint.subject, complaint.body, complaint.received_at, pack, unit_id=complaint.unit_id,
        customer_id=complaint.customer_id, phone=complaint.phone,
        reporter="" if complaint.anonymous else complaint.reporter, without={complaint.id, *without},
    )  # fmt: skip
