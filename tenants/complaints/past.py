"""Past complaints out of a ledger: in the register like the others, but no clock runs for them (B13, D1, D2)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from saas import clock, masks
from saas.bulk import insert_many
from saas.db import db
from saas.events import event
from saas.identity.actor import Actor
from saas.numbers import next_numbers
from saas.pinyin import initials
from saas.policy.pack import Pack
from tenants.complaints.actions.registering import LONGEST_SUBJECT
from tenants.complaints.ledger import LedgerRow
from tenants.complaints.models import Complaint
from tenants.complaints.origin import PastComplaint

__all__ = ["PastComplaint", "past", "publish"]
CHANNEL = SOURCE = "online"  # a ledger of messages says no more about how they came


def past(complaint: Complaint) -> PastComplaint | None:
    """Where a complaint came from, when it came from a ledger."""
    return db.session.get(PastComplaint, complaint.id)


def publish(rows: Sequence[LedgerRow], *, import_id: UUID, file: str, pack: Pack, by: Actor) -> list[str]:
    """Write the rows that are not in the register yet; for each its outcome: new or duplicate.

    A complaint that was answered is closed, any other is registered. A source id comes in once, whatever its file.
    """
    ids = [row.source_id for row in rows]
    there = set(db.session.scalars(select(PastComplaint.source_id).where(PastComplaint.source_id.in_(ids))))
    fresh = [row for row in rows if row.source_id not in there]
    numbers = _numbers(fresh)
    cards = [_card(row, numbers[_day(row)].pop(0), pack, by) for row in fresh]
    origins = [
        PastComplaint(
            complaint_id=card.id, source_id=row.source_id, import_id=import_id, row_number=row.number, reply=row.reply,
            replied_at=row.replied_at, raw=row.raw,
        )
        for card, row in zip(cards, fresh, strict=True)
    ]  # fmt: skip
    events = [
        event("complaint.imported", card, by, file=file, row=row.number, source_id=row.source_id)
        for card, row in zip(cards, fresh, strict=True)
    ]
    for made in (cards, origins, events):
        insert_many(made)
    return ["duplicate" if row.source_id in there else "new" for row in rows]


def _day(row: LedgerRow) -> str:
    return f"TS-{clock.local(row.received_at):%Y%m%d}"


def _numbers(rows: Sequence[LedgerRow]) -> dict[str, list[str]]:
    """The numbers of the days on which the messages came, taken in order of the days so that rivals cannot deadlock."""
    return {day: next_numbers(day, 3, count) for day, count in sorted(Counter(map(_day, rows)).items())}


def _card(row: LedgerRow, number: str, pack: Pack, by: Actor) -> Complaint:
    title = masks.within(row.subject)  # lists show it; the message itself is kept as it came
    subject = title if len(title) <= LONGEST_SUBJECT else title[: LONGEST_SUBJECT - 1] + "…"
    return Complaint(
        id=uuid4(), number=number, subject=subject, body=row.body, category=_one_of(pack.categories, "other"),
        severity=next(iter(pack.severities)), source=_one_of(pack.sources, SOURCE),
        channel=_one_of(pack.channels, CHANNEL),
        reporter=row.reporter_code, initials=initials(row.reporter_code)[:60], anonymous=not row.reporter_code,
        received_at=row.received_at,
        registered_at=clock.now(), registered_by=by.id, registered_by_name=by.name,
        state="closed" if row.reply else "registered", stages=[],
    )  # fmt: skip


def _one_of(table: Any, wanted: str) -> str:
    return wanted if wanted in table else next(iter(table))
