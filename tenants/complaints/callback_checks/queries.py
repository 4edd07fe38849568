"""Reading plans and checks: what is to be arranged, what is to be checked."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased, lazyload

from saas.db import db
from saas.policy.pack import Pack
from saas.tenancy.staff import Staff
from tenants.complaints import states
from tenants.complaints.callback_checks.models import CallbackCheck, CallbackPlan
from tenants.complaints.facts import Callback
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.stages import CALLBACK

MOST = 200
Owed = tuple[Complaint, Stage, CallbackPlan | None]
"""A case, its running clock of the callback, and the plan that counts."""


def plan_of(complaint_id: UUID) -> CallbackPlan | None:
    """The plan that counts."""
    query = select(CallbackPlan).where(CallbackPlan.complaint_id == complaint_id).order_by(CallbackPlan.nth.desc())
    return db.session.scalars(query.limit(1)).one_or_none()


def checks_of(complaint_id: UUID) -> dict[int, CallbackCheck]:
    """Number of the callback → its check."""
    query = select(CallbackCheck).where(CallbackCheck.complaint_id == complaint_id)
    return {each.nth: each for each in db.session.scalars(query)}


def by_steward(pack: Pack) -> ColumnElement[bool]:
    """Callbacks that a checker has to look at: made by somebody of the role that calls back ordinary complaints."""
    found: ColumnElement[bool] = Staff.roles.overlap([next(iter(pack.severities.values())).callback_role])
    return found


def to_arrange(*, without_plan: bool = False, caller: UUID | None = None) -> list[Owed]:
    """Cases whose callback clock runs, the next due first, with the plan that counts; those of one `caller`."""
    later = aliased(CallbackPlan)
    newest = (
        ~select(later.nth).where(later.complaint_id == CallbackPlan.complaint_id, later.nth > CallbackPlan.nth).exists()
    )
    query = (
        select(Complaint, Stage, CallbackPlan)
        .join(Stage, Stage.complaint_id == Complaint.id)
        .outerjoin(CallbackPlan, and_(CallbackPlan.complaint_id == Complaint.id, newest))
        .options(lazyload(Complaint.stages))
        .where(Stage.stage == CALLBACK, Stage.met_at.is_(None), Stage.dropped_at.is_(None))
        .where(Complaint.state != states.CLOSED)
        .order_by(Stage.due_at, Complaint.id)
        .limit(MOST)
    )
    if caller is not None:
        query = query.where(CallbackPlan.caller_id == caller, CallbackPlan.planned_at >= Stage.started_at)
    if without_plan:
        query = query.where(or_(CallbackPlan.nth.is_(None), CallbackPlan.planned_at < Stage.started_at))
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def to_check(pack: Pack, limit: int = MOST) -> list[tuple[Callback, Complaint]]:
    """Callbacks of stewards that nobody has checked yet, the oldest first."""
    checked = and_(CallbackCheck.complaint_id == Callback.complaint_id, CallbackCheck.nth == Callback.nth)
    query = (
        select(Callback, Complaint)
        .join(Complaint, Complaint.id == Callback.complaint_id)
        .join(Staff, Staff.id == Callback.called_by)
        .options(lazyload(Complaint.stages))
        .where(by_steward(pack), ~select(CallbackCheck.nth).where(checked).exists())
        .order_by(Callback.called_at, Complaint.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]
