"""What complaints owe and when: open deadlines for a person's day, and how the deadlines were kept (D7, D10)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select
from sqlalchemy.orm import lazyload, load_only

from saas import clock
from saas.approvals.models import NEWEST_FIRST, Approval
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.asking import ME, MOST, NOW, TONIGHT, Count, asked, holds
from saas.policy.complaints import ComplaintRoles
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from tenants.complaints import access, stages, states
from tenants.complaints.actions.handling import SOLUTION
from tenants.complaints.exemptions.queries import EXEMPT
from tenants.complaints.facts import Callback, Handling, Pause
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.reopenings.models import Reopening
from tenants.customers.models import Unit

WATCH = ("查看进展", "")
SHOWN = (
    Complaint.number, Complaint.subject, Complaint.room, Complaint.anonymous, Complaint.severity, Complaint.state,
    Complaint.next_stage, Complaint.next_due_at,
)  # fmt: skip


@dataclass(frozen=True)
class Duty:
    """A complaint with the clock that runs out next; `pause` says why its clocks stand still.

    `solution` is the state of its latest proposed solution: pending, approved, returned …; `warn_at` when the clock
    begins to be urgent; `late` how many of its clocks have run out.
    """

    complaint: Complaint
    stage: str
    due_at: datetime
    pause: str | None
    solution: str | None
    warn_at: datetime | None
    late: int


@cache
def concerning(roles: ComplaintRoles) -> ColumnElement[bool]:
    """Whoever asks is to act on it or to oversee it, and it is not about themselves (D4).

    Overseers see every complaint; everybody else what is theirs, and newcomers what nobody has yet.
    """
    unbiased = or_(Complaint.complained_about.is_(None), Complaint.complained_about != ME)
    steward = select(Unit.steward_id).where(Unit.id == Complaint.unit_id).scalar_subquery()
    nobodys = and_(Complaint.handler_id.is_(None), func.coalesce(steward, ME) == ME)
    theirs = or_(Complaint.handler_id == ME, and_(holds(*roles.newcomers), nobodys))
    return and_(unbiased, or_(holds(*roles.overseers), theirs))


def _concerning() -> ColumnElement[bool]:
    return concerning(pack_on(clock.now()).complaint_roles)


PAUSED = and_(Pause.complaint_id == Complaint.id, Pause.paused_at.is_not(None), Pause.resumed_at.is_(None))


@cache
def _counted(until: ColumnElement[bool], roles: ComplaintRoles) -> Count:
    """Counts what concerns whoever asks, is due `until`, and is not paused: up to MOST, since every page asks it."""
    paused = select(Pause.complaint_id).where(Pause.paused_at.is_not(None), Pause.resumed_at.is_(None))
    due = select(Complaint.id).where(until, concerning(roles), Complaint.id.not_in(paused)).limit(MOST)
    return select(func.count()).select_from(due.subquery())


_LATE, _BY_TONIGHT = Complaint.next_due_at < NOW, Complaint.next_due_at <= TONIGHT


def late(pack: Pack) -> Count:
    """Counts the complaints whose time has run out."""
    return _counted(_LATE, pack.complaint_roles)


def by_tonight(pack: Pack) -> Count:
    """Counts the complaints whose time runs out today or has run out."""
    return _counted(_BY_TONIGHT, pack.complaint_roles)


def open_duties(by: Actor, until: datetime, limit: int) -> list[Duty]:
    """Complaints that concern `by` and have a clock running out by `until`, the next one first: one query.

    Of the complaints only what a row of the workbench shows is read.
    """
    proposed = Approval.subject_id == Complaint.id, Approval.kind == SOLUTION
    running = Stage.complaint_id == Complaint.id, Stage.met_at.is_(None), Stage.dropped_at.is_(None)
    reopened = select(func.max(Reopening.reopened_at)).where(Reopening.complaint_id == Complaint.id)
    begun = func.coalesce(reopened.correlate(Complaint).scalar_subquery(), Complaint.received_at)
    since = Approval.submitted_at >= begun
    solution = select(Approval.state).where(*proposed, since).order_by(*NEWEST_FIRST).limit(1)
    warn_at = select(func.min(Stage.warn_at)).where(*running, Stage.stage == Complaint.next_stage)
    passed = select(func.count()).select_from(Stage).where(*running, Stage.due_at < NOW)
    query = (
        select(Complaint, Pause.reason, *(each.scalar_subquery() for each in (solution, warn_at, passed)))
        .options(load_only(*SHOWN), lazyload(Complaint.stages))
        .outerjoin(Pause, PAUSED)
        .where(Complaint.next_due_at <= until, _concerning())
        .order_by(Complaint.next_due_at, Complaint.id)
        .limit(limit)
    )
    return [
        Duty(complaint, complaint.next_stage, complaint.next_due_at, *facts)
        for complaint, *facts in db.session.execute(query, asked(by))
        if complaint.next_stage and complaint.next_due_at
    ]


def next_form(duty: Duty, by: Actor, pack: Pack) -> tuple[str, str]:
    """(button, form) of what this person can do next about it; the form is empty when others must act first."""
    complaint, stage = duty.complaint, duty.stage
    if duty.pause is not None:
        return WATCH
    if stage == stages.FIRST_RESPONSE and by.has(*pack.complaint_roles.responders):
        return "首次回应", "responses"
    if complaint.state == states.REGISTERED and by.has(*pack.complaint_roles.judges):
        return "判定受理", "judgement"
    if complaint.state == states.ACCEPTED and by.has(*pack.complaint_roles.assigners):
        return "指派经办人", "assignment"
    if stage == stages.CONTACT and by.has(*pack.complaint_roles.responders):
        return "联系客户", "responses"
    if stage == stages.WARNING and by.has(*pack.bound("major-warning")):
        return "预警报备", "warning"
    if complaint.state == states.HANDLING and by.has(*pack.complaint_roles.handlers) and duty.solution != "pending":
        return ("登记处理完毕", "handling") if duty.solution == "approved" else ("提交方案", "solutions")
    if stage == stages.CALLBACK and by.has(*access.callback_roles(complaint, pack)):
        return "记录回访", "callbacks"
    if complaint.state in (states.HANDLED, states.REPLIED, states.DECLINED) and by.has(*pack.complaint_roles.closers):
        return "办结", "closure"
    return WATCH


def subjects(ids: Collection[UUID]) -> dict[UUID, str]:
    """What complaints are about, by their ids."""
    if not ids:
        return {}
    query = select(Complaint.id, Complaint.subject).where(Complaint.id.in_(ids))
    return {row.id: row.subject for row in db.session.execute(query)}


def due_by_day(by: Actor, after: datetime, until: datetime) -> list[tuple[date, str, int]]:
    """(day, stage, how many) of what concerns `by` and is due in a span to come, by date, for the calendar."""
    day = cast(func.timezone(clock.CN.key, Stage.due_at), Date)
    query = (
        select(day, Stage.stage, func.count())
        .join(Complaint, Complaint.id == Stage.complaint_id)
        .where(Stage.met_at.is_(None), Stage.dropped_at.is_(None), Stage.due_at > after, Stage.due_at <= until)
        .where(_concerning())
        .group_by(day, Stage.stage)
        .order_by(day, Stage.stage)
    )
    return [(due_on, stage, count) for due_on, stage, count in db.session.execute(query, asked(by))]


def late_stages(since: datetime) -> list[UUID]:
    """Stages that run, are not paused, and were due before `since`, the oldest first."""
    query = (
        select(Stage.id)
        .join(Complaint, Complaint.id == Stage.complaint_id)
        .outerjoin(Pause, PAUSED)
        .where(Stage.met_at.is_(None), Stage.dropped_at.is_(None), Stage.due_at < since, Pause.id.is_(None))
        .where(Complaint.state != states.CLOSED)
        .order_by(Stage.due_at, Stage.id)
    )
    return list(db.session.scalars(query))


def kept(begin: datetime, end: datetime) -> dict[str, tuple[int, int]]:
    """Stage → (met in time, all that ended or ran out), of those due in [begin, end): how D7 was kept.

    A clock that stands still ran out only if it had before the pause.
    """
    halted = and_(Pause.complaint_id == Stage.complaint_id, Pause.paused_at.is_not(None), Pause.resumed_at.is_(None))
    over = or_(Stage.met_at.is_not(None), Stage.due_at < func.coalesce(Pause.paused_at, clock.now()))
    query = (
        select(Stage.stage, func.count().filter(Stage.met_at <= Stage.due_at), func.count())
        .outerjoin(Pause, halted)
        .where(Stage.due_at >= begin, Stage.due_at < end, Stage.dropped_at.is_(None), over)
        .group_by(Stage.stage)
    )
    return {stage: (met, ended) for stage, met, ended in db.session.execute(query)}


def called_back(begin: datetime, end: datetime) -> dict[str, tuple[int, int]]:
    """Severity → (called back, handled), of those whose work was finished in [begin, end): the shares of D10.

    Where there is nobody to call, or a letter took its place (D12), a complaint counts in neither figure.
    """
    finished = (
        select(Handling.complaint_id)
        .where(Handling.handled_at >= begin, Handling.handled_at < end)
        .distinct()
        .subquery()
    )
    reachable = or_(Complaint.customer_id.is_not(None), Complaint.phone != "", Complaint.email != "")
    owed = reachable & (~EXEMPT | select(Callback.nth).where(Callback.complaint_id == Complaint.id).exists())
    called = select(Callback.nth).where(Callback.complaint_id == Complaint.id).exists()
    query = (
        select(Complaint.severity, func.count().filter(called), func.count())
        .join(finished, finished.c.complaint_id == Complaint.id)
        .where(owed)
        .group_by(Complaint.severity)
    )
    return {severity: (done, all_of_them) for severity, done, all_of_them in db.session.execute(query)}
