"""The clocks of a complaint: started by facts, met by facts, never rewritten (D7, D10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from saas import clock
from saas.db import db
from saas.jobs import enqueue
from saas.policy import clocks
from saas.policy.pack import Clock
from tenants.complaints.facts import Pause
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.rules import Rules, rules_on

RECEIVED, HANDLED = "received", "handled"
FIRST_RESPONSE, CONTACT, SOLUTION = "first_response", "contact", "solution"
CLOSED, CALLBACK = "closed", "callback"
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
    """Note that a running clock was met; one that was met before stays as it is."""
    for stage in complaint.stages:
        if stage.stage == name and stage.running:
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
    """Move what still runs by the length of a pause; a clock missed before the pause stays missed."""
    rules = rules_on(complaint.received_at)
    hours = rules.pack.settings.hours
    for stage in complaint.stages:
        known = rules.pack.clocks.get(stage.stage)
        if not stage.running or known is None:
            continue
        was = clocks.Due(stage.due_at, stage.warn_at, stage.provisional)
        begun = max(paused_from, stage.started_at)
        due = clocks.resume(was, begun, max(begun, paused_to), known, rules.calendar, hours)
        _move(stage, due, known)
    look_ahead(complaint)


def settle_provisional() -> int:
    """Compute again what rested on a calendar not announced then; returns how many stages moved. Run daily."""
    moved = 0
    running = Stage.met_at.is_(None), Stage.dropped_at.is_(None)
    query = select(Stage).where(Stage.provisional, *running).options(joinedload(Stage.complaint))
    for stage in db.session.scalars(query.with_for_update(of=Stage)):
        rules = rules_on(stage.complaint.received_at)
        known = rules.pack.clocks.get(stage.stage)
        ever_paused = select(Pause.id).where(Pause.complaint_id == stage.complaint_id, Pause.paused_at.is_not(None))
        if known is None or db.session.scalar(ever_paused) or stage.due_at <= clock.now():
            continue
        due = clocks.due(stage.started_at, known, rules.calendar, rules.pack.settings.hours)
        if not due.provisional:
            _move(stage, due, known)
            look_ahead(stage.complaint)
            moved += 1
    db.session.flush()
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
    role = moment[1] or responsible_role(complaint, stage.stage, pack.severities[complaint.severity].callback_role)
    person = None if moment[1] or role else complaint.handler_id or complaint.registered_by
    left = clocks.remaining(stage.due_at, clock.now())
    shown = f"{clock.local(stage.due_at):%m-%d %H:%M}"
    return Reminder(
        complaint_id=complaint.id, stage=stage.stage, what=what, title=complaint.title,
        words=f"{known.label}{left}（应于 {shown} 前，{known.limit}）", person=person,
        role=None if person else role or "service_supervisor", spare=complaint.complained_about, due_at=stage.due_at,
    )  # fmt: skip


def responsible_role(complaint: Complaint, stage: str, callback_role: str) -> str | None:
    """The role that owes a stage when it is not simply the handler's: a grave complaint's callback."""
    if stage == CALLBACK and callback_role != "steward":
        return callback_role
    return None if complaint.handler_id or complaint.registered_by else "service_supervisor"


def paused_now(complaint_id: UUID) -> Pause | None:
    """The pause that runs now, if any."""
    query = select(Pause).where(
        Pause.complaint_id == complaint_id, Pause.paused_at.is_not(None), Pause.resumed_at.is_(None)
    )
    return db.session.scalars(query).one_or_none()


def _moments(stage: Stage, known: Clock) -> dict[str, tuple[datetime, str | None]]:
    """When each kind of reminder is due, and the role it is for (none: whoever handles the complaint)."""
    rungs = {f"{ESCALATION}-{n}": rung for n, rung in enumerate(clocks.escalations(stage.due_at, known), start=1)}
    return {WARN: (stage.warn_at, None), LATE: (stage.due_at, None), **rungs}


def _queue(stage: Stage, known: Clock) -> None:
    for what, (moment, _) in _moments(stage, known).items():
        enqueue("complaints.stage_due", str(stage.id), what, run_at=moment)


def _move(stage: Stage, due: clocks.Due, known: Clock) -> None:
    moved = (stage.due_at, stage.warn_at) != (due.at, due.warn_at)
    stage.due_at, stage.warn_at, stage.provisional = due.at, due.warn_at, due.provisional
    if moved:
        db.session.flush()
        _queue(stage, known)
