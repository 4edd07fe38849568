"""Reading work reports: the contacts of a day, the list, one report, the days still to be told."""

from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import joinedload, selectinload

from saas import clock
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.asking import Count, holds
from saas.policy.pack import Pack
from saas.policy.periods import midnight
from tenants.contacts.models import Contact
from tenants.receptions.models import Reception
from tenants.work_reports.access import head, heads
from tenants.work_reports.models import Line, Reading, WorkReport

DAY = cast(func.timezone(clock.CN.key, Contact.recorded_at), Date)


def contacts_of(staff_id: UUID, day: date) -> list[tuple[Contact, str]]:
    """What a person recorded on a day, in order, with the state of the reception that it began, if any."""
    begin, end = midnight(day), midnight(day + timedelta(days=1))
    rows = db.session.execute(
        select(Contact, Reception.state)
        .outerjoin(Reception, Reception.id == Contact.id)
        .where(Contact.recorded_by == staff_id, Contact.recorded_at >= begin, Contact.recorded_at < end)
        .options(joinedload(Contact.unit), joinedload(Contact.customer))
        .order_by(Contact.recorded_at, Contact.id)
    )
    return [(contact, state or "") for contact, state in rows]


def listing(by: Actor, pack: Pack, *, day: date | None, offset: int, limit: int) -> tuple[list[WorkReport], int]:
    """A page of reports, the newest day first: a head's all of them, anybody else's own."""
    where = [] if by.has(*heads(pack)) else [WorkReport.staff_id == by.id]
    if day:
        where.append(WorkReport.day == day)
    total = db.session.scalar(select(func.count()).select_from(WorkReport).where(*where)) or 0
    query = select(WorkReport).where(*where).options(joinedload(WorkReport.reading), selectinload(WorkReport.lines))
    rows = db.session.scalars(query.order_by(WorkReport.day.desc(), WorkReport.id).offset(offset).limit(limit))
    return list(rows), total


def find(report_id: UUID) -> WorkReport | None:
    """One report with its contacts."""
    contact = selectinload(WorkReport.lines).joinedload(Line.contact)
    query = select(WorkReport).where(WorkReport.id == report_id)
    return db.session.scalars(
        query.options(
            joinedload(WorkReport.reading), contact.joinedload(Contact.unit), contact.joinedload(Contact.customer)
        )
    ).one_or_none()


def filed(staff_id: UUID, day: date) -> UUID | None:
    """The report of a person's day, when it is there."""
    return db.session.scalar(select(WorkReport.id).where(WorkReport.staff_id == staff_id, WorkReport.day == day))


def untold(by: Actor, since: datetime, limit: int = 31) -> list[tuple[date, int]]:
    """The days since then on which this person recorded contacts and filed no report, with how many contacts."""
    there = select(WorkReport.id).where(WorkReport.staff_id == by.id, WorkReport.day == DAY).exists()
    query = (
        select(DAY, func.count())
        .where(Contact.recorded_by == by.id, Contact.recorded_at >= since, ~there)
        .group_by(DAY)
        .order_by(DAY)
        .limit(limit)
    )
    return [(day, count) for day, count in db.session.execute(query)]


def unread(pack: Pack) -> Count:
    """Counts the reports that wait for the head who asks."""
    return _unread(head(pack))


@cache
def _unread(reader: str) -> Count:
    there = select(Reading.report_id).where(Reading.report_id == WorkReport.id).exists()
    return select(func.count()).select_from(WorkReport).where(~there, holds(reader))
