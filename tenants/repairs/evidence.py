"""What the repairs of a period show: orders, arrivals, fees, signatures, care, register, rates (E1–E6)."""

from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, and_, case, func, literal, null, select

from saas import clock
from saas.approvals.models import Approval
from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.repairs import states
from tenants.repairs.endings import Callback, CashHandover, Completion, Receipt, Register
from tenants.repairs.facts import Arrival, Assignment, Compensation, Damage, Outsourcing, Start
from tenants.repairs.models import Repair
from tenants.repairs.month import callback_days

PAGE = "repairs.show"
NEVER = null().cast(DateTime(timezone=True))
FOUND = literal(True)


def _rows(at: Any, *verdict: tuple[ColumnElement[bool], str], due: Any = NEVER) -> Select[Any]:
    title = (Repair.number + " " + Repair.fault).label("label")
    return select(Repair.id, title, at.label("at"), case(*verdict).label("verdict"), due.label("due"))


def _between(asked: Question, moment: Any) -> ColumnElement[bool]:
    return and_(moment >= asked.begin, moment < asked.end)


def _is_there(fact: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(literal(1)).where(fact.repair_id == Repair.id, *conditions).exists()


def ordered(asked: Question) -> Rows:
    """Orders of the period: assigned by somebody, by skill or with a word why not; withdrawn ones bind nobody (E1)."""
    gone, sent = Repair.state == states.CANCELLED, _is_there(Assignment)
    rows = _rows(Repair.ordered_at, (sent, MET), (~gone, OPEN))
    return Rows(rows.where(_between(asked, Repair.ordered_at)), PAGE)


def _kept(asked: Question) -> Select[Any]:
    gone = Repair.state == states.CANCELLED
    verdict = (Arrival.on_time.is_(True), MET), (Arrival.repair_id.is_not(None), MISSED), (~gone, OPEN)
    rows = _rows(Repair.due_at, *verdict, due=Repair.due_at).outerjoin(Arrival, Arrival.repair_id == Repair.id)
    return rows.where(_between(asked, Repair.due_at))


def arrivals(asked: Question) -> Rows:
    """Appointments due in the period: arrived within the minutes of the clause, or agreed anew before (E1)."""
    return Rows(_kept(asked), PAGE)


def in_time(asked: Question) -> Rows:
    """The same as a share: 零修及时率 (E4)."""
    rows = _kept(asked)
    kept = rows.subquery()
    return Rows(rows, PAGE, whole=select(func.count()).select_from(kept).where(kept.c.verdict.is_not(None)))


def fees_accepted(asked: Question) -> Rows:
    """Who arrived in the period and began: only with a consent to the fees (E2)."""
    gone, begun = Repair.state == states.CANCELLED, _is_there(Start)
    rows = _rows(Arrival.arrived_at, (begun, MET), (~gone, OPEN)).join(Arrival, Arrival.repair_id == Repair.id)
    return Rows(rows.where(_between(asked, Arrival.arrived_at)), PAGE)


def _finished(asked: Question, *verdict: tuple[ColumnElement[bool], str]) -> Select[Any]:
    rows = _rows(Completion.finished_at, *verdict).join(Completion, Completion.repair_id == Repair.id)
    return rows.where(_between(asked, Completion.finished_at))


def signed(asked: Question) -> Rows:
    """What was finished in the period: each signed by the customer, or, free in a common area, confirmed (E3)."""
    return Rows(_finished(asked, (FOUND, MET)), PAGE)


def tidied(asked: Question) -> Rows:
    """What was finished in the period: tested and tidied, and what was damaged made good (E3)."""
    good = and_(Compensation.repair_id == Damage.repair_id, Compensation.nth == Damage.nth)
    owed = _is_there(Damage, ~select(Compensation.nth).where(good).exists())
    return Rows(_finished(asked, (owed, OPEN), (~owed, MET)), PAGE)


def devices(asked: Question) -> Rows:
    """What was finished in the period with a replaced device: both numbers are on record (E6)."""
    return Rows(_finished(asked, (FOUND, MET)).where(Completion.replaced), PAGE)


def registered(asked: Question) -> Rows:
    """Registers of the month by the moment at which they were entered (E4)."""
    first, last = clock.local(asked.begin).date(), clock.local(asked.end).date()
    rows = select(
        Register.id, func.to_char(Register.month, 'YYYY" 年 "FMMM" 月有偿服务登记表"').label("label"),
        Register.registered_at.label("at"), literal(MET).label("verdict"),
    )  # fmt: skip
    return Rows(rows.where(Register.month >= first, Register.month < last), "repairs.registered")


def passed(asked: Question) -> Rows:
    """Callbacks of the period: 零修合格率 (E4)."""
    rows = _rows(Callback.called_at, (Callback.passed.is_(True), MET), (Callback.passed.is_(False), MISSED))
    within = _between(asked, Callback.called_at)
    rows = rows.join(Callback, Callback.repair_id == Repair.id).where(within)
    return Rows(rows, PAGE, whole=select(func.count()).select_from(Callback).where(within))


def called_back(asked: Question) -> Rows:
    """What should have been called back by a day of the period: finished so many days before (E5)."""
    limit = Completion.finished_at + callback_days(asked.pack)
    called = _is_there(Callback, Callback.called_at <= limit)
    rows = _rows(limit, (called, MET), (~called, OPEN), due=limit)
    rows = rows.join(Completion, Completion.repair_id == Repair.id).where(_between(asked, limit))
    return Rows(rows, PAGE, whole=select(func.count()).select_from(Completion).where(_between(asked, limit)))


def cash(asked: Question) -> Rows:
    """Money taken in the period: with finance in time, late, or still on its way (E6)."""
    rules = asked.pack.repairs
    limit = Receipt.paid_at + rules.cash_within if rules else Receipt.paid_at
    handed = CashHandover.handed_at
    rows = _rows(Receipt.paid_at, (handed <= limit, MET), (handed > limit, MISSED), (FOUND, OPEN), due=limit)
    rows = rows.join(Receipt, Receipt.repair_id == Repair.id)
    rows = rows.outerjoin(CashHandover, CashHandover.repair_id == Repair.id)
    return Rows(rows.where(_between(asked, Receipt.paid_at)), PAGE)


def outsourced(asked: Question) -> Rows:
    """Wishes of the period to send others: consented to, or waiting; returned ones bind nobody (E6)."""
    verdict = (Approval.state == "approved", MET), (Approval.state == "pending", OPEN)
    rows = _rows(Outsourcing.asked_at, *verdict).join(Outsourcing, Outsourcing.repair_id == Repair.id)
    rows = rows.join(Approval, Approval.id == Outsourcing.approval_id)
    return Rows(rows.where(_between(asked, Outsourcing.asked_at)), PAGE)


OWN = {
    "ordered": ordered, "arrivals": arrivals, "fees_accepted": fees_accepted, "signed": signed, "tidied": tidied,
    "in_time": in_time, "passed": passed, "called_back": called_back, "cash": cash, "outsourced": outsourced,
    "devices": devices,
}  # fmt: skip
EVIDENCE = {f"repairs.{name}": Source(query, ("repairs",)) for name, query in OWN.items()} | {
    "repairs.registered": Source(registered, ("repair_registers",))
}
