"""Figures about the contacts of a period, for reports: counted once, so that every table of them adds up."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, cast, func, select

from saas.db import db
from tenants.contacts.models import Contact

ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Talked:
    """So many contacts of one month (its first day) by this channel about this kind of request."""

    month: date
    channel: str
    kind: str
    count: int


def talked(begin: datetime, end: datetime) -> list[Talked]:
    """The contacts of [begin, end), by month, channel and kind of request."""
    month = cast(func.date_trunc("month", func.timezone(ZONE, Contact.occurred_at)), Date)
    kinds = month, Contact.channel, Contact.request_kind
    query = select(*kinds, func.count()).where(Contact.occurred_at >= begin, Contact.occurred_at < end)
    return [Talked(*row) for row in db.session.execute(query.group_by(*kinds))]
