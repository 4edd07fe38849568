"""Figures about the repairs of a period, for reports: counted once, so that every table of them adds up."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select

from saas.db import db
from tenants.repairs.endings import Completion
from tenants.repairs.facts import Quote
from tenants.repairs.models import Repair
from tenants.repairs.month import by_month


@dataclass(frozen=True, slots=True)
class Ordered:
    """So many repairs that need one skill and were ordered in one month (its first day)."""

    month: date
    skill: str
    count: int


@dataclass(frozen=True, slots=True)
class Finished:
    """So many repairs of one skill that were finished in one month, all with fees or all free."""

    month: date
    skill: str
    paid: bool
    count: int


def ordered(begin: datetime, end: datetime) -> list[Ordered]:
    """The repairs ordered in [begin, end), by month and skill; cancelled ones were ordered too."""
    kinds = by_month(Repair.ordered_at), Repair.skill
    query = select(*kinds, func.count()).where(Repair.ordered_at >= begin, Repair.ordered_at < end)
    return [Ordered(*row) for row in db.session.execute(query.group_by(*kinds))]


def finished(begin: datetime, end: datetime) -> list[Finished]:
    """The repairs finished in [begin, end), by month, skill and whether they cost something."""
    kinds = by_month(Completion.finished_at), Repair.skill, Quote.total_fen > 0
    query = (
        select(*kinds, func.count())
        .join(Completion, Completion.repair_id == Repair.id)
        .join(Quote, and_(Quote.repair_id == Completion.repair_id, Quote.nth == Completion.nth))
        .where(Completion.finished_at >= begin, Completion.finished_at < end)
    )
    return [Finished(*row) for row in db.session.execute(query.group_by(*kinds))]
