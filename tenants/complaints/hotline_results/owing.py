"""Which results are owed and until when: so long after 处理完毕 as the clause says (D16)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import lazyload

from saas.db import db
from saas.jobs import enqueue
from saas.policy.pack import Pack
from tenants.complaints.facts import Handling
from tenants.complaints.hotline_results.models import SOURCE, HotlineResult
from tenants.complaints.models import Complaint

CLAUSE = "hotline-result"
THERE: ColumnElement[bool] = and_(
    HotlineResult.complaint_id == Handling.complaint_id, HotlineResult.nth == Handling.nth
)


def limit(pack: Pack) -> timedelta:
    """How long after the work was finished the result may come."""
    clause = pack.clauses.get(CLAUSE)
    within = clause.within if clause else None
    return (within.span if within else None) or timedelta()


def owe(complaint: Complaint, handled_at: datetime, nth: int, pack: Pack) -> None:
    """The work on a hotline complaint was finished: ask for the reminder at its limit."""
    if complaint.source == SOURCE:
        enqueue("complaints.result_due", str(complaint.id), str(nth), run_at=handled_at + limit(pack))


def owed_of(complaint: Complaint) -> Handling | None:
    """The latest handling of a hotline complaint when its result was not reported yet."""
    if complaint.source != SOURCE:
        return None
    query = select(Handling).outerjoin(HotlineResult, THERE).where(Handling.complaint_id == complaint.id)
    latest = query.where(HotlineResult.nth.is_(None)).order_by(Handling.nth.desc()).limit(1)
    return db.session.scalars(latest).one_or_none()


def of(complaint: Complaint) -> list[HotlineResult]:
    """What was reported, oldest first."""
    if complaint.source != SOURCE:
        return []
    query = select(HotlineResult).where(HotlineResult.complaint_id == complaint.id).order_by(HotlineResult.nth)
    return list(db.session.scalars(query))


def all_owed(most: int = 100) -> list[tuple[Complaint, Handling]]:
    """Every result that is owed, the first due first."""
    last = select(Handling.complaint_id, func.max(Handling.nth).label("nth")).group_by(Handling.complaint_id).subquery()
    query = (
        select(Complaint, Handling)
        .join(last, last.c.complaint_id == Complaint.id)
        .join(Handling, and_(Handling.complaint_id == last.c.complaint_id, Handling.nth == last.c.nth))
        .outerjoin(HotlineResult, THERE)
        .options(lazyload(Complaint.stages))
        .where(Complaint.source == SOURCE, HotlineResult.nth.is_(None))
        .order_by(Handling.handled_at, Complaint.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def is_owed(complaint_id: UUID, nth: int) -> bool:
    """Whether the result of this handling was not reported yet."""
    return db.session.get(HotlineResult, (complaint_id, nth)) is None
