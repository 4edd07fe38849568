"""Figures about the households, for reports: 户, as they are now."""

from datetime import date

from sqlalchemy import func, select

from saas.db import db
from saas.policy.pack import Pack
from tenants.customers.models import Unit
from tenants.customers.stages import stage


def households(today: date, pack: Pack) -> dict[tuple[str, str], int]:
    """(stage on that day, occupancy) → how many households (B2)."""
    kinds = Unit.handed_over_on, Unit.occupancy
    found: dict[tuple[str, str], int] = {}
    for day, occupancy, count in db.session.execute(select(*kinds, func.count()).group_by(*kinds)):
        key = stage(day, today, pack).code, occupancy
        found[key] = found.get(key, 0) + count
    return found
