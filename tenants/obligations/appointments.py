"""Repairs: who must hear of being sent, of an appointment that is near or overdue (E1), of being urged; and a person's
day of them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from saas import clock
from saas.identity.actor import Actor
from saas.policy import clocks
from saas.policy.calendar import Calendar
from saas.policy.here import pack_on
from saas.policy.pack import Clause, Pack
from saas.policy.periods import midnight
from tenants.obligations.actions import Notice, remind
from tenants.obligations.clauses import cited
from tenants.obligations.models import ASSIGNED, COPIED, LATE, URGED, WARN
from tenants.obligations.recipients import holding
from tenants.obligations.today import Task
from tenants.obligations.words import path_of
from tenants.repairs import due

APPOINTMENT = "appointment"


def came_due(repair_id: UUID, nth: int, what: str) -> list[UUID]:
    """A moment of an appointment has come; nothing when somebody arrived, or when it was changed meanwhile."""
    found = due.appointment(repair_id, nth, what)
    if found is None:
        return []
    pack = pack_on(clock.now())
    clause = _clause(pack)
    people = {found.technician} if found.technician else set[UUID]()
    if found.late or not people:
        for role in found.roles[:1]:
            people |= holding(role, pack)
    notice = Notice(
        kind=LATE if found.late else WARN, subject_type="repairs", subject_id=repair_id, stage=APPOINTMENT,
        occasion=f"{what} {nth}", title=found.title, words=found.words, path=path_of("repairs", repair_id),
        clause=cited(clause) if clause else "", due_at=found.due_at,
    )  # fmt: skip
    return remind(notice, people)


def was_assigned(repair_id: UUID, nth: int) -> list[UUID]:
    """The nth assignment sent somebody of our own: they are told at once; nothing when another was sent since (E2)."""
    found = due.assignment(repair_id, nth)
    return _tell(found, ASSIGNED, f"{ASSIGNED} {nth}") if found else []


def was_urged(repair_id: UUID, urged_at: datetime) -> list[UUID]:
    """Somebody waits for a repair: who was sent is told, once for each urging; nobody when it has ended."""
    found = due.urging(repair_id)
    return _tell(found, URGED, f"urged {urged_at:%Y-%m-%dT%H:%M:%S.%f}") if found else []


def was_confirmed(repair_id: UUID) -> list[UUID]:
    """A colleague is said to have confirmed the end of a repair that no customer signs: they are told (E3)."""
    found = due.confirmation(repair_id)
    return _tell(found, COPIED, COPIED) if found else []


def _tell(found: due.Told, kind: str, occasion: str) -> list[UUID]:
    clause = _clause(pack_on(clock.now()))
    notice = Notice(
        kind=kind, subject_type="repairs", subject_id=found.repair_id, stage=APPOINTMENT, occasion=occasion,
        title=found.title, words=found.words, path=path_of("repairs", found.repair_id),
        clause=cited(clause) if clause and found.due_at else "", due_at=found.due_at,
    )  # fmt: skip
    return remind(notice, {found.person})


def tasks(by: Actor, _calendar: Calendar, until: date) -> Sequence[Task]:
    """The repairs that wait for this person: to be assigned, to be gone to, to be finished, money to be taken over."""
    now = clock.now()
    pack = pack_on(now)
    return [_task(each, pack, now) for each in due.waiting(by, pack, midnight(until))]


def _task(each: due.Waiting, pack: Pack, now: datetime) -> Task:
    clause, path = _clause(pack), path_of("repairs", each.id)
    late = each.at < now and each.timed
    cited_by = (clause.source, f"{clause.title}：{clause.text}") if clause and each.timed else ("", "")
    soon = each.timed and not late and each.at - now < timedelta(hours=1)
    return Task(
        kind="报修", icon="wrench", title=each.title, path=path, meta=each.facts, clause=cited_by,
        due=clocks.remaining(each.at, now) if each.timed else each.since, note=each.note,
        tone="red" if late else "amber" if soon or each.urgent else "", act=each.act,
        act_path=f"{path}/{each.form}" if each.form else path, at=each.at if each.timed else max(each.at, now),
        what=each.act, late=late,
    )  # fmt: skip


def _clause(pack: Pack) -> Clause | None:
    return next((clause for clause in pack.clauses.values() if clause.evidence == "repairs.arrivals"), None)
