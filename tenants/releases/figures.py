"""Figures about what went out in a period, for reports."""

from datetime import datetime

from sqlalchemy import ScalarSelect, func, select

from saas.db import db
from tenants.releases.models import Delivery, Handover, Release


def went_out() -> ScalarSelect[datetime | None]:
    """When a release first went out: its first delivery was made or handed over; NULL while it did not."""
    sent = select(func.min(Delivery.created_at)).where(Delivery.release_id == Release.id).scalar_subquery()
    handed = select(func.min(Handover.handed_at)).where(Handover.release_id == Release.id).scalar_subquery()
    return func.least(sent, handed)  # type: ignore[return-value]  # LEAST ignores NULL


def sent(begin: datetime, end: datetime) -> dict[str, int]:
    """Kind → how many releases first went out in [begin, end)."""
    first = went_out()
    query = select(Release.kind, func.count()).where(first >= begin, first < end)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Release.kind))}
