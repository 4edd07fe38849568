"""What repairs owe and when: appointments that come due, and what waits for a person's day (E1, E2, E6)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, load_only

from saas import clock, masks
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.asking import ME, NOW, Count, asked, holds
from saas.policy import clocks
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.policy.repairs import RepairRoles
from tenants.repairs import states
from tenants.repairs.actions.appointing import COMING
from tenants.repairs.endings import CashHandover, Completion, Receipt
from tenants.repairs.facts import Appointment, Assignment
from tenants.repairs.models import Repair

MOST = 60


@dataclass(frozen=True)
class Due:
    """What to tell about an appointment: to the technician, else, and when it is late too, to who holds a role."""

    title: str
    words: str
    late: bool
    technician: UUID | None
    roles: tuple[str, ...]
    due_at: datetime


def appointment(repair_id: UUID, nth: int, what: str) -> Due | None:
    """What to tell when a moment of the nth appointment comes; None when it was changed, or somebody arrived."""
    repair = db.session.get(Repair, repair_id)
    if repair is None or repair.state not in (states.ORDERED, states.ASSIGNED) or repair.due_at is None:
        return None
    latest = db.session.scalar(select(func.max(Appointment.nth)).where(Appointment.repair_id == repair_id))
    rules = pack_on(repair.ordered_at)
    if latest != nth or rules.repairs is None or repair.appointed_from is None:
        return None
    late = what != COMING
    if late and clock.now() < repair.due_at:
        return None
    span = f"{clock.local(repair.appointed_from):%m-%d %H:%M}"
    words = f"约定 {span} 上门，还没有到场" if late else f"约定 {span} 上门，{repair.room}"
    if repair.technician_id is None and not repair.outside:
        words += "，还没有派工"
    return Due(repair.title, words, late, repair.technician_id, rules.repairs.roles.assigners, repair.due_at)


@dataclass(frozen=True)
class Told:
    """What somebody is told about a repair; `due_at` where it is about the appointment."""

    repair_id: UUID
    title: str
    words: str
    person: UUID
    due_at: datetime | None


def assignment(repair_id: UUID, nth: int) -> Told | None:
    """What to tell who was sent by the nth assignment; None when it is no longer the last, or none of our own went."""
    repair = db.session.get(Repair, repair_id)
    sent = db.session.get(Assignment, (repair_id, nth))
    latest = db.session.scalar(select(func.max(Assignment.nth)).where(Assignment.repair_id == repair_id))
    if repair is None or sent is None or latest != nth or sent.technician_id is None or repair.state in states.ENDED:
        return None
    at = f"约定 {clock.local(repair.appointed_from):%m-%d %H:%M} 上门" if repair.appointed_from else "还没有预约"
    note = f"。{masks.within(sent.note)}" if sent.note else ""
    words = f"{sent.assigned_by_name}派给您，{masks.within(repair.room)}，{at}{note}"
    return Told(repair.id, repair.title, words, sent.technician_id, repair.due_at)


def confirmation(repair_id: UUID) -> Told | None:
    """What to tell the colleague who is said to have confirmed the end of a repair; None where there is none."""
    repair, done = db.session.get(Repair, repair_id), db.session.get(Completion, repair_id)
    if repair is None or done is None or done.confirmed_by is None:
        return None
    words = f"{done.finished_by_name}登记由您确认完工，{masks.within(repair.room)}。如与事实不符，请告知主管"
    return Told(repair.id, repair.title, words, done.confirmed_by, None)


def urging(repair_id: UUID) -> Told | None:
    """What to tell the technician when somebody waits; None when it has ended, or none of our own goes."""
    repair = db.session.get(Repair, repair_id)
    if repair is None or repair.technician_id is None or repair.state in states.ENDED:
        return None
    return Told(repair.id, repair.title, "有同事催办，请尽快办理", repair.technician_id, repair.due_at)


def _open() -> ColumnElement[bool]:
    return Repair.state.not_in(states.ENDED)


def _mine(roles: RepairRoles) -> ColumnElement[bool]:
    """What whoever asks has to do something about: theirs on site, or to be assigned."""
    theirs = and_(Repair.technician_id == ME, _open())
    unassigned = and_(Repair.state == states.ORDERED, holds(*roles.assigners))
    helped = and_(Repair.outside != "", _open(), holds(*roles.assigners))
    return or_(theirs, unassigned, helped)


def to_hand_over(roles: RepairRoles) -> ColumnElement[bool]:
    """Money was taken on site that whoever asks could take over."""
    received = select(CashHandover.repair_id).where(CashHandover.repair_id == Repair.id).exists()
    taken = select(Receipt.repair_id).where(Receipt.repair_id == Repair.id, Receipt.taken_by != ME).exists()
    return and_(holds(*roles.cashiers), taken, ~received)


@cache
def _counted(roles: RepairRoles | None) -> Count:
    query = select(func.count()).select_from(Repair)
    return query.where(or_(_mine(roles), to_hand_over(roles)) if roles else Repair.id.is_(None))


def count(rules: Pack) -> Count:
    """Counts what waits for whoever asks: the number in the navigation."""
    return _counted(rules.repairs.roles if rules.repairs else None)


@cache
def _overdue(roles: RepairRoles | None) -> Count:
    passed = and_(Repair.state.in_((states.ORDERED, states.ASSIGNED)), Repair.due_at < NOW)
    query = select(func.count()).select_from(Repair)
    return query.where(and_(passed, _mine(roles)) if roles else Repair.id.is_(None))


def late(rules: Pack) -> Count:
    """Counts the appointments of whoever asks whose time has run out."""
    return _overdue(rules.repairs.roles if rules.repairs else None)


HANDED = select(CashHandover.repair_id).where(CashHandover.repair_id == Receipt.repair_id).exists()
LEFT_BY: dict[str, Count] = {
    "派给其的报修": select(func.count()).select_from(Repair).where(Repair.technician_id == ME, _open()),
    "没有上交财务的现场收款": select(func.count()).select_from(Receipt).where(Receipt.taken_by == ME, ~HANDED),
}
"""What somebody who leaves leaves behind here."""


@dataclass(frozen=True)
class Waiting:
    """A repair that waits for somebody; `timed` ones are late after `at`, the others wait since then."""

    id: UUID
    title: str
    facts: tuple[str, ...]
    at: datetime
    timed: bool
    urgent: bool
    since: str
    note: str
    act: str
    form: str


NEXT = {
    states.ORDERED: ("派工", "assignment"),
    states.ASSIGNED: ("到场", "arrival"),
    states.ARRIVED: ("确认故障和收费", "quotes"),
    states.QUOTED: ("请客户签名", "consents"),
    states.AGREED: ("开工", "start"),
    states.WORKING: ("完工", "completion"),
    states.FINISHED: ("接收现场收款", "handover"),
}
"""State → (what is next, the form for it)."""


def next_of(repair: Repair) -> tuple[str, str]:
    """The same for one repair; in a common area it need not be a customer who agrees (the form of it knows)."""
    label, form = NEXT[repair.state]
    return ("请同意开工" if repair.common_area and repair.state == states.QUOTED else label), form


def waiting(by: Actor, rules: Pack, until: datetime) -> list[Waiting]:
    """What waits for `by` and is due before `until`, the next one first: one query."""
    if rules.repairs is None:
        return []
    roles, urgencies, now = rules.repairs.roles, rules.repairs.urgencies, clock.now()
    query = (
        select(Repair)
        .where(or_(_mine(roles), to_hand_over(roles)), or_(Repair.due_at.is_(None), Repair.due_at < until))
        .options(load_only(
            Repair.number, Repair.fault, Repair.room, Repair.urgency, Repair.state, Repair.outside, Repair.due_at,
            Repair.appointed_from, Repair.ordered_at, Repair.finished_at, Repair.technician_id, Repair.common_area,
        ))
        .order_by(func.coalesce(Repair.due_at, Repair.ordered_at), Repair.id)
        .limit(MOST)
    )  # fmt: skip
    hot = next(iter(urgencies))
    return [_waiting(each, urgencies.get(each.urgency, ""), each.urgency == hot, now)
            for each in db.session.scalars(query, asked(by))]  # fmt: skip


def _waiting(repair: Repair, urgency: str, urgent: bool, now: datetime) -> Waiting:
    act, form = next_of(repair)
    coming = repair.state in (states.ORDERED, states.ASSIGNED) and repair.due_at is not None
    at = repair.due_at if coming and repair.due_at else repair.finished_at or repair.ordered_at
    note = f"约定 {clock.local(repair.appointed_from):%m-%d %H:%M}" if coming and repair.appointed_from else ""
    facts = (repair.number, repair.room, urgency, repair.outside, states.LABELS[repair.state])
    return Waiting(
        repair.id, repair.fault, tuple(filter(None, facts)), at, coming, urgent, clocks.since(now - at),
        note, act, form,
    )  # fmt: skip


def mine_today(by: Actor, until: datetime) -> list[Repair]:
    """The open repairs of a technician up to a moment, in the order of their appointments; those without one last."""
    query = (
        select(Repair)
        .where(Repair.technician_id == by.id, _open(), or_(Repair.due_at.is_(None), Repair.appointed_from < until))
        .options(joinedload(Repair.technician))
        .order_by(Repair.appointed_from.asc().nulls_last(), Repair.ordered_at, Repair.id)
    )
    return list(db.session.scalars(query.limit(MOST)))


def mine_later(by: Actor, since: datetime) -> list[Repair]:
    """The open repairs of a technician appointed after a moment."""
    query = select(Repair).where(Repair.technician_id == by.id, _open(), Repair.appointed_from >= since)
    return list(db.session.scalars(query.order_by(Repair.appointed_from, Repair.id).limit(MOST)))


def my_cash(by: Actor) -> list[tuple[Repair, Receipt]]:
    """Money that this person took on site and has not handed over yet."""
    query = select(Repair, Receipt).join(Receipt, Receipt.repair_id == Repair.id)
    mine = query.where(Receipt.taken_by == by.id, ~HANDED).order_by(Receipt.paid_at)
    return [(row[0], row[1]) for row in db.session.execute(mine.limit(MOST))]
