"""A month of repairs: the register of paid services, and the rates 零修及时率 and 合格率 (E4, E5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select

from saas import clock
from saas.db import db
from saas.policy.pack import Clause, Pack
from saas.policy.periods import Every, Period, period
from tenants.repairs import states
from tenants.repairs.endings import Callback, CashHandover, Completion, Receipt, Register
from tenants.repairs.facts import Arrival, Quote
from tenants.repairs.models import Repair

CALLBACK_DAYS = 30
"""Where no clause says within how many days after the work one calls back."""


@dataclass(frozen=True, slots=True)
class Paid:
    """One line of 有偿服务登记表: a finished repair with fees."""

    id: UUID
    number: str
    room: str
    reporter: str
    fault: str
    technician: str
    finished_at: datetime
    total_fen: int
    receipt: str | None
    handed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rates:
    """Of a month: appointments due and kept, callbacks and passed, repairs finished and called back, fees."""

    month: Period
    due: int = 0
    on_time: int = 0
    called: int = 0
    passed: int = 0
    finished: int = 0
    reached: int = 0
    total_fen: int = 0

    @staticmethod
    def share(part: int, whole: int) -> float | None:
        """In percent with one decimal; None of nothing."""
        return round(part * 100 / whole, 1) if whole else None

    @property
    def timeliness(self) -> float | None:
        """零修及时率."""
        return self.share(self.on_time, self.due)

    @property
    def pass_rate(self) -> float | None:
        """零修合格率."""
        return self.share(self.passed, self.called)

    @property
    def callback_rate(self) -> float | None:
        """维修回访率, so far."""
        return self.share(self.reached, self.finished)


def paid_services(month: Period) -> list[Paid]:
    """The finished repairs of a month that cost something, in the order in which they were finished."""
    query = (
        select(
            Repair.id, Repair.number, Repair.room, Repair.reporter, Repair.fault, Completion.finished_by_name,
            Completion.finished_at, Quote.total_fen, Receipt.receipt, CashHandover.handed_at,
        )
        .join(Completion, Completion.repair_id == Repair.id)
        .join(Quote, and_(Quote.repair_id == Repair.id, Quote.nth == Completion.nth))
        .outerjoin(Receipt, Receipt.repair_id == Repair.id)
        .outerjoin(CashHandover, CashHandover.repair_id == Repair.id)
        .where(Quote.total_fen > 0, Completion.finished_at >= month.begin, Completion.finished_at < month.end)
        .order_by(Completion.finished_at, Repair.number)
    )  # fmt: skip
    rows: Any = db.session.execute(query)
    return [Paid(*row) for row in rows]


def rates(first: Period, last: Period, since: datetime | None = None) -> list[Rates]:
    """The rates of each month from the first to the last, the oldest first: three queries.

    What was before `since` does not count.
    """
    found: dict[str, dict[date, tuple[int, ...]]] = {}
    months = [first]
    while months[-1].begins < last.begins:
        months.append(months[-1].next)
    begin, end = max(first.begin, since or first.begin), last.end
    late = or_(Arrival.on_time.is_(False), and_(Arrival.repair_id.is_(None), Repair.due_at < clock.now()))
    judged = or_(Arrival.repair_id.is_not(None), and_(Repair.state != states.CANCELLED, Repair.due_at < clock.now()))
    month = by_month(Repair.due_at)
    kept = db.session.execute(
        select(month, func.count(), func.count().filter(~late))
        .outerjoin(Arrival, Arrival.repair_id == Repair.id)
        .where(Repair.due_at >= begin, Repair.due_at < end, judged)
        .group_by(month)
    )
    found["kept"] = {row[0]: tuple(row[1:]) for row in kept}
    month = by_month(Callback.called_at)
    called = db.session.execute(
        select(month, func.count(), func.count().filter(Callback.passed))
        .where(Callback.called_at >= begin, Callback.called_at < end)
        .group_by(month)
    )
    found["called"] = {row[0]: tuple(row[1:]) for row in called}
    month = by_month(Completion.finished_at)
    reached = select(Callback.nth).where(Callback.repair_id == Completion.repair_id).exists()
    done = db.session.execute(
        select(month, func.count(), func.count().filter(reached), func.coalesce(func.sum(Quote.total_fen), 0))
        .join(Quote, and_(Quote.repair_id == Completion.repair_id, Quote.nth == Completion.nth))
        .where(Completion.finished_at >= begin, Completion.finished_at < end)
        .group_by(month)
    )
    found["done"] = {row[0]: tuple(row[1:]) for row in done}
    return [
        Rates(
            each, *found["kept"].get(each.begins, (0, 0)), *found["called"].get(each.begins, (0, 0)),
            *found["done"].get(each.begins, (0, 0, 0)),
        )
        for each in months
    ]  # fmt: skip


def rates_of(month: Period) -> Rates:
    """The rates of one month."""
    return rates(month, month)[0]


def by_month(moment: Any) -> ColumnElement[date]:
    """The first day of the month, in China, that a moment lies in."""
    return cast(func.date_trunc("month", func.timezone(clock.CN.key, moment)), Date)


def month_of(day: date) -> Period:
    """The month that a day lies in."""
    return period(Every.MONTH, day)


def register_clause(rules: Pack) -> Clause | None:
    """The clause that asks for the month's register."""
    return next((clause for clause in rules.clauses.values() if clause.evidence == "repairs.registered"), None)


def opens(month: Period, rules: Pack) -> date:
    """From which day on the month may be registered 月底: the first reminder of the clause, else its last day."""
    clause = register_clause(rules)
    if clause is None or clause.deadline is None:
        return month.ends - timedelta(days=1)
    return clause.deadline.of(month) - max(clause.remind, default=timedelta(0))


def registers(limit: int = 24) -> list[Register]:
    """What was registered, the newest first."""
    query = select(Register).order_by(Register.month.desc(), Register.nth.desc()).limit(limit)
    return list(db.session.scalars(query))


def callback_days(rules: Pack) -> timedelta:
    """Within how long after the work one calls back (E5)."""
    numbers = (c.numbers.get("callback_days") for c in rules.clauses.values() if c.evidence == "repairs.called_back")
    return timedelta(days=next((days for days in numbers if days), CALLBACK_DAYS))
