"""The clocks of a complaint: started by facts, met by facts, never rewritten (D7, D10)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from saas import clock
from saas.board.marks import touch
from saas.db import db
from saas.jobs import enqueue
from saas.policy import clocks
from saas.policy.pack import Clock, Pack
from tenants.complaints.access import receivers
from tenants.complaints.facts import Pause
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.rules import Rules, rules_on
from tenants.complaints.transfers.waiting import untaken

RECEIVED, HANDLED, ALARMED = "received", "handled", "alarmed"
FIRST_RESPONSE, CONTACT, SOLUTION = "first_response", "contact", "solution"
CLOSED, CALLBACK = "closed", "callback"
TOLD, WARNING = "told", "warning"
URGENT = (TOLD, WARNING)
"""The clocks of an alarm: they are not paused."""
NEEDS_SOMEBODY = {CONTACT, CALLBACK}
WARN, LATE, ESCALATION = "warn", "late", "escalation"


@dataclass(frozen=True)
class Reminder:
    """What to tell whom about a stage: `person`, or whoever holds `role` when nobody has it; never `spare` (D4)."""

    complaint_id: UUID
    stage: str
    what: str
    title: str
    words: str
    person: UUID | None
    role: str | None
    spare: UUID | None
    due_at: datetime


def start(complaint: Complaint, fact: str, at: datetime, rules: Rules, *, only: Iterable[str] | None = None) -> None:
    """Start every clock that this fact starts, with its warning, lateness and escalations queued."""
    for each in rules.pack.clocks.values():
        if each.starts != fact or (only is not None and each.stage not in only):
            continue
        if each.stage in NEEDS_SOMEBODY and not complaint.reachable:
            continue  # D12: without a name or an address there is nobody to contact or call back
        due = clocks.due(at, each, rules.calendar, rules.pack.settings.hours)
        rounds = [s.round for s in complaint.stages if s.stage == each.stage]
        stage = Stage(
            complaint_id=complaint.id, stage=each.stage, round=max(rounds, default=0) + 1, started_at=at, due_at=due.at,
            warn_at=due.warn_at, provisional=due.provisional,
        )  # fmt: skip
        complaint.stages.append(stage)
        db.session.flush()
        _queue(stage, each)
    look_ahead(complaint)


def meet(complaint: Complaint, name: str, at: datetime) -> None:
    """Note that a running clock was met; one that was met before stays as it is.

    A pause that runs now moves it first: what was in time does not become late by waiting.
    """
    open_now = [stage for stage in complaint.stages if stage.stage == name and stage.running]
    pause = paused_now(complaint.id) if open_now else None
    rules = rules_on(complaint.received_at) if pause else None
    for stage in open_now:
        if rules and pause and pause.paused_at:
            _set(stage, _after(stage, [(pause.paused_at, at)], rules))
        stage.met_at = max(at, stage.started_at)
    look_ahead(complaint)


def drop(complaint: Complaint, *names: str) -> None:
    """Stop clocks that nobody owes any more."""
    for stage in complaint.stages:
        if stage.stage in names and stage.running:
            stage.dropped_at = clock.now()
    look_ahead(complaint)


def look_ahead(complaint: Complaint) -> None:
    """Keep on the card which clock runs out next, so that lists need no join."""
    running = min((s for s in complaint.stages if s.running), key=lambda s: s.due_at, default=None)
    complaint.next_stage = running.stage if running else None
    complaint.next_due_at = running.due_at if running else None


def resume(complaint: Complaint, paused_from: datetime, paused_to: datetime) -> None:
    """Move what still runs by the length of a pause; a clock missed before the pause stays missed.

    What should have been told during the pause is told now: nobody was reminded while the clocks stood still.
    """
    rules = rules_on(complaint.received_at)
    for stage in complaint.stages:
        known = rules.pack.clocks.get(stage.stage)
        if not stage.running or known is None:
            continue
        if _set(stage, _after(stage, [(paused_from, paused_to)], rules)):
            _queue(stage, known)
            continue
        for what, (moment, _) in _moments(stage, known).items():
            if paused_from <= moment <= paused_to:
                enqueue("complaints.stage_due", str(stage.id), what, run_at=paused_to)
    look_ahead(complaint)


def end_pause(complaint: Complaint, at: datetime) -> None:
    """The clocks run again from a moment on; nothing when none stands still."""
    pause = paused_now(complaint.id)
    if pause is not None and pause.paused_at is not None:
        pause.resumed_at = at
        resume(complaint, pause.paused_at, at)


def settle_provisional() -> int:
    """Compute again what rested on a calendar not announced then; returns how many stages moved. Run daily."""
    return _settle_all(Stage.provisional.is_(True), lambda stage, due: stage.provisional and not due.provisional)


def settle_day(day: date) -> int:
    """Compute again the limits whose time covers a day that was entered or removed; returns how many moved.

    A limit never moves to a moment that is past already.
    """
    begin = datetime.combine(day, time(0), clock.CN)
    covering = and_(Stage.started_at < begin + timedelta(days=1), Stage.due_at >= begin)
    return _settle_all(covering, lambda stage, due: due != _due(stage) and due.at > clock.now())


def _settle_all(which: ColumnElement[bool], moves: Callable[[Stage, clocks.Due], bool]) -> int:
    """Complaint by complaint, each locked before its stages, as everybody does who writes to it."""
    running = Stage.met_at.is_(None), Stage.dropped_at.is_(None)
    ids = select(Stage.complaint_id).where(which, *running)
    query = select(Complaint).where(Complaint.id.in_(ids)).order_by(Complaint.id).with_for_update(of=Complaint)
    held = db.session.scalars(query.execution_options(populate_existing=True)).all()
    return sum(_settle(complaint, moves) for complaint in held)


def _settle(complaint: Complaint, moves: Callable[[Stage, clocks.Due], bool]) -> int:
    rules, moved = rules_on(complaint.received_at), 0
    pauses = list(db.session.scalars(select(Pause).where(Pause.complaint_id == complaint.id).order_by(Pause.nth)))
    over = [(p.paused_at, p.resumed_at) for p in pauses if p.paused_at and p.resumed_at]
    now = as_of(next((p for p in pauses if p.paused_at and not p.resumed_at), None))
    for stage in complaint.stages:
        known = rules.pack.clocks.get(stage.stage)
        if known is None or not stage.running or stage.due_at <= now:
            continue
        first = clocks.due(stage.started_at, known, rules.calendar, rules.pack.settings.hours)
        due = _after(stage, over, rules, first)
        if moves(stage, due):
            if _set(stage, due):
                _queue(stage, known)
            moved += 1
    if moved:  # no event tells of it
        touch(Complaint.__tablename__, complaint.evidence_since)
    look_ahead(complaint)
    return moved


def stage_due(stage_id: UUID, what: str) -> Reminder | None:
    """Whom to remind of what when a queued moment of a stage comes: `warn`, `late`, or `escalation-1` and up.

    None when the stage was met or dropped, when its clocks are paused, or when it was moved and its moment is to come.
    """
    query = select(Stage).where(Stage.id == stage_id).options(joinedload(Stage.complaint))
    stage = db.session.scalars(query).one_or_none()
    if stage is None or not stage.running or paused_now(stage.complaint_id):
        return None
    complaint = stage.complaint
    pack = rules_on(complaint.received_at).pack
    known = pack.clocks.get(stage.stage)
    moment = _moments(stage, known).get(what) if known else None
    if known is None or moment is None or clock.now() < moment[0]:
        return None
    role = moment[1] or responsible_role(complaint, stage.stage, pack)
    person = None if moment[1] or role else complaint.handler_id or complaint.registered_by
    left = clocks.remaining(stage.due_at, clock.now())
    shown = f"{clock.local(stage.due_at):%m-%d %H:%M}"
    return Reminder(
        complaint_id=complaint.id, stage=stage.stage, what=what, title=complaint.title,
        words=f"{known.label}{left}（应于 {shown} 前，{known.limit}）", person=person,
        role=None if person else role or "service_supervisor", spare=complaint.complained_about, due_at=stage.due_at,
    )  # fmt: skip


def responsible_role(complaint: Complaint, stage: str, pack: Pack) -> str | None:
    """The role that owes a stage when it is not simply the handler's: a grave complaint's callback, what waits to be
    taken up."""
    callback_role = pack.severities[complaint.severity].callback_role
    if stage == CALLBACK and callback_role != "steward":
        return callback_role
    if stage in URGENT:
        return "service_supervisor"
    if complaint.handler_id is None and untaken(complaint):  # not who handed it over
        return next(iter(receivers(pack)), None)
    return None if complaint.handler_id or complaint.registered_by else "service_supervisor"


def paused_now(complaint_id: UUID) -> Pause | None:
    """The pause that runs now, if any."""
    query = select(Pause).where(
        Pause.complaint_id == complaint_id, Pause.paused_at.is_not(None), Pause.resumed_at.is_(None)
    )
    return db.session.scalars(query).one_or_none()


def as_of(pause: Pause | None) -> datetime:
    """The moment at which the clocks stand: now, or when the pause that runs began."""
    return pause.paused_at if pause and pause.paused_at else clock.now()


def _moments(stage: Stage, known: Clock) -> dict[str, tuple[datetime, str | None]]:
    """When each kind of reminder is due, and the role it is for (none: whoever handles the complaint)."""
    rungs = {f"{ESCALATION}-{n}": rung for n, rung in enumerate(clocks.escalations(stage.due_at, known), start=1)}
    return {WARN: (stage.warn_at, None), LATE: (stage.due_at, None), **rungs}


def _queue(stage: Stage, known: Clock) -> None:
    for what, (moment, _) in _moments(stage, known).items():
        enqueue("complaints.stage_due", str(stage.id), what, run_at=moment)


def _after(
    stage: Stage, pauses: Iterable[tuple[datetime, datetime]], rules: Rules, due: clocks.Due | None = None
) -> clocks.Due:
    """When a stage is due after these pauses: from `due`, or from what it says now."""
    due = due or _due(stage)
    known = rules.pack.clocks.get(stage.stage)
    if known is None:
        return due
    for paused_from, paused_to in pauses:
        begun = max(paused_from, stage.started_at)
        due = clocks.resume(due, begun, max(begun, paused_to), known, rules.calendar, rules.pack.settings.hours)
    return due


def _due(stage: Stage) -> clocks.Due:
    return clocks.Due(stage.due_at, stage.warn_at, stage.provisional)


def _set(stage: Stage, due: clocks.Due) -> bool:
    """Write when a stage is due; whether that moved it."""
    moved = (stage.due_at, stage.warn_at) != (due.at, due.warn_at)
    stage.due_at, stage.warn_at, stage.provisional = due.at, due.warn_at, due.provisional
    db.session.flush()
    return moved
