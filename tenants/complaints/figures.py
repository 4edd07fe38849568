"""Figures about the complaints of a period, for reports: counted once, so that every table of them adds up."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, cast, func, select

from saas.db import db
from tenants.complaints.facts import Callback
from tenants.complaints.models import Complaint

ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Received:
    """So many complaints of one kind that came in in one month (its first day) and stand so now."""

    month: date
    category: str
    severity: str
    state: str
    count: int


def received(begin: datetime, end: datetime) -> list[Received]:
    """The complaints received in [begin, end), by month, category, severity and present state."""
    month = cast(func.date_trunc("month", func.timezone(ZONE, Complaint.received_at)), Date)
    kinds = month, Complaint.category, Complaint.severity, Complaint.state
    query = select(*kinds, func.count()).where(Complaint.received_at >= begin, Complaint.received_at < end)
    return [Received(*row) for row in db.session.execute(query.group_by(*kinds))]


def satisfaction(begin: datetime, end: datetime) -> dict[int, int]:
    """Score → how many callbacks of [begin, end) gave it."""
    query = select(Callback.satisfaction, func.count()).where(Callback.called_at >= begin, Callback.called_at < end)
    rows = db.session.execute(query.group_by(Callback.satisfaction))
    return {row[0]: row[1] for row in rows}
