"""When somebody comes: agreed with the customer, and agreed anew when it must change (E1)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.jobs import enqueue
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from tenants.repairs import states
from tenants.repairs.access import works_on
from tenants.repairs.actions.lock import hold
from tenants.repairs.facts import Appointment
from tenants.repairs.models import Repair
from tenants.repairs.rules import rules_of, tolerance

COMING, OVERDUE = "coming", "overdue"
FARTHEST = timedelta(days=366)


def appoint(
    repair_id: UUID, *, begins: datetime | None, ends: datetime | None, channel: str, reason: str, version: int,
    by: Actor,
) -> Repair:  # fmt: skip
    """Agree a span with the customer; the first one, or a change with its reason (E1). Raises Problem, Conflict,
    Forbidden."""
    repair = hold(repair_id, version)
    rules = pack_on(repair.ordered_at)
    if not works_on(repair, by, rules):
        holds(by, rules, "预约上门", *rules_of(rules).roles.orderers)
    if repair.state not in (states.ORDERED, states.ASSIGNED):
        raise Conflict("维修工已经到场，不用再改预约")
    if begins is None:
        raise Problem("请填写约定的上门时间", "begins")
    agree(repair, rules, begins, ends, channel=channel, reason=reason, by=by)
    return repair


def agree(
    repair: Repair, rules: Pack, begins: datetime, ends: datetime | None, *, channel: str, reason: str, by: Actor
) -> Appointment:
    """Write the appointment of a repair that is held or new, and ask for its reminders. Raises Problem."""
    now, longest = clock.now(), rules_of(rules).longest_window
    ends = ends or begins
    if by.id is None:
        raise Problem("请登录后再预约")
    if channel not in rules.channels:
        raise Problem("请选择与客户约定的方式", "channel")
    if ends < begins:
        raise Problem("约定时段的结束不能早于开始", "ends")
    if ends - begins > longest:
        raise Problem(f"约定时段最长 {longest // timedelta(minutes=1)} 分钟，请缩短", "ends")
    if ends < now:
        raise Problem("约定的上门时间已经过去，请填写以后的时间", "begins")
    if begins > now + FARTHEST:
        raise Problem("约定的上门时间太远，请填写一年以内的时间", "begins")
    nth = next_nth(Appointment.nth, Appointment.repair_id, repair.id)
    if nth > 1 and not reason.strip():
        raise Problem("改约须写明原因，并已征得客户同意", "reason")
    if len(reason.strip()) > 500:
        raise Problem("原因最多 500 字", "reason")
    before = repair.due_at
    due_at = ends + tolerance(rules)
    fact = Appointment(
        repair_id=repair.id, nth=nth, appointed_from=begins, appointed_to=ends, due_at=due_at, channel=channel,
        reason=reason.strip(), in_time=before is None or now <= before, agreed_at=now, agreed_by=by.id,
        agreed_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    repair.appointed_from, repair.appointed_to, repair.due_at = begins, ends, due_at
    record(
        "repair.appointed", repair, by, nth=nth, begins=begins.isoformat(), ends=ends.isoformat(), channel=channel,
        reason=fact.reason, in_time=fact.in_time,
    )  # fmt: skip
    remind(repair, rules, nth)
    enqueue("repairs.appointment_due", str(repair.id), str(nth), OVERDUE, run_at=due_at)
    db.session.flush()
    return fact


def remind(repair: Repair, rules: Pack, nth: int) -> None:
    """Ask for the reminder before the nth appointment; who was reminded of it is not reminded again."""
    if repair.appointed_from is not None:
        at = max(clock.now(), repair.appointed_from - rules_of(rules).remind_before)
        enqueue("repairs.appointment_due", str(repair.id), str(nth), COMING, run_at=at)


def latest_appointment(repair_id: UUID) -> int:
    """The number of the appointment that counts; 0 before any."""
    return db.session.scalar(select(func.max(Appointment.nth)).where(Appointment.repair_id == repair_id)) or 0


def kept_so_far(repair_id: UUID) -> bool:
    """Whether every change of the appointment was agreed before the time that it replaced ran out."""
    broken = select(Appointment.nth).where(Appointment.repair_id == repair_id, Appointment.in_time.is_(False))
    return db.session.scalar(broken.limit(1)) is None
