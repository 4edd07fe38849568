"""Reading repairs: the list with its filters, one repair, those of a household."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from saas import clock
from saas.db import db
from saas.identity.actor import Actor
from saas.policy.periods import midnight
from saas.rooms import room_label
from saas.tenancy.staff import Staff
from saas.web.typed import day
from saas.words import held, often, said
from tenants.customers.meant import TAIL, digits_of, home, person
from tenants.repairs import states
from tenants.repairs.endings import Callback, CashHandover, Completion, Receipt
from tenants.repairs.facts import Arrival, Quote
from tenants.repairs.models import Repair
from tenants.repairs.month import month_of

SIZES = (20, 50, 100)
VIEWS = {
    "open": "未完工", "unassigned": "待派工", "today": "今天上门", "mine": "派给我的", "late": "超时未到",
    "uncalled": "待回访", "cash": "待交款", "all": "全部",
}  # fmt: skip
RESULTS = {
    "on_time": "准时到场", "not_on_time": "没有准时到场", "passed": "回访合格", "failed": "回访不合格",
    "called": "已回访", "uncalled": "没有回访", "paid": "有偿服务", "free": "免费",
}  # fmt: skip
LONGEST_SEARCH, DEEPEST_PAGE = 60, 5000
COLUMNS = (
    Repair.id, Repair.number, Repair.fault, Repair.room, Repair.reporter, Repair.skill, Repair.urgency, Repair.state,
    Repair.appointed_from, Repair.appointed_to, Repair.due_at, Repair.ordered_at, Repair.outside, Repair.version,
    Staff.name.label("technician"),
)  # fmt: skip
MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Wanted:
    """What the address of the list asks for; anything unknown in it falls back to the default.

    `month` narrows to the month of what `result` is about (due, called back, finished), else to when it was ordered.
    """

    view: str = "open"
    q: str = ""
    state: str = ""
    skill: str = ""
    urgency: str = ""
    result: str = ""
    month: date | None = None
    page: int = 1
    size: int = 20

    @classmethod
    def read(cls, args: Any) -> "Wanted":
        """From the query string."""
        size, asked = args.get("size", 20, type=int), args.get("month", "")
        return cls(
            view=args.get("view") if args.get("view") in VIEWS else "open",
            q=" ".join(args.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
            state=args.get("state") if args.get("state") in states.LABELS else "",
            skill=args.get("skill", "")[:40].replace("\x00", ""),
            urgency=args.get("urgency", "")[:40].replace("\x00", ""),
            result=args.get("result") if args.get("result") in RESULTS else "",
            month=day(f"{asked}-01") if MONTH.fullmatch(asked) and asked < "9999" else None,
            page=min(max(args.get("page", 1, type=int), 1), DEEPEST_PAGE),
            size=size if size in SIZES else 20,
        )

    def changed(self, **changes: Any) -> str:
        """The query string of the same list with some arguments changed; defaults stay out of it."""
        other = {**vars(self), "page": 1, **changes}
        if other["month"]:
            other["month"] = f"{other['month']:%Y-%m}"
        query = urlencode({k: v for k, v in other.items() if v != DEFAULTS[k]})
        return f"?{query}" if query else ""

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view was asked for."""
        return bool(self.q or self.state or self.skill or self.urgency or self.result or self.month)


DEFAULTS = vars(Wanted())


def _of(fact: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(fact.repair_id).where(fact.repair_id == Repair.id, *conditions).exists()


def _view(view: str, by: Actor) -> list[ColumnElement[bool]]:
    ended, now = Repair.state.in_(states.ENDED), clock.now()
    going = Repair.state.in_((states.ORDERED, states.ASSIGNED))
    tonight = midnight(clock.local(now).date() + timedelta(days=1))
    match view:
        case "open":
            return [~ended]
        case "unassigned":
            return [Repair.state == states.ORDERED]
        case "today":
            return [~ended, Repair.appointed_from < tonight]
        case "mine":
            return [~ended, Repair.technician_id == by.id]
        case "late":
            return [going, Repair.due_at < now]
        case "uncalled":
            return [Repair.state == states.FINISHED, ~_of(Callback)]
        case "cash":
            return [_of(Receipt), ~_of(CashHandover)]
    return []


def _result(wanted: Wanted) -> list[ColumnElement[bool]]:
    begin, end = (month_of(wanted.month).begin, month_of(wanted.month).end) if wanted.month else (None, None)

    def within(moment: Any) -> list[ColumnElement[bool]]:
        return [moment >= begin, moment < end] if begin else []

    fees = select(Quote.total_fen).where(Quote.repair_id == Completion.repair_id, Quote.nth == Completion.nth)
    match wanted.result:
        case "on_time":
            return [_of(Arrival, Arrival.on_time.is_(True)), *within(Repair.due_at)]
        case "not_on_time":
            nobody = and_(~_of(Arrival), Repair.state != states.CANCELLED, Repair.due_at < clock.now())
            return [or_(_of(Arrival, Arrival.on_time.is_(False)), nobody), *within(Repair.due_at)]
        case "passed":
            return [_of(Callback, Callback.passed.is_(True), *within(Callback.called_at))]
        case "failed":
            return [_of(Callback, Callback.passed.is_(False), *within(Callback.called_at))]
        case "called":
            return [_of(Callback), _of(Completion, *within(Completion.finished_at))]
        case "uncalled":
            return [~_of(Callback), _of(Completion, *within(Completion.finished_at))]
        case "paid":
            return [_of(Completion, fees.scalar_subquery() > 0, *within(Completion.finished_at))]
        case "free":
            return [_of(Completion, fees.scalar_subquery() == 0, *within(Completion.finished_at))]
    return within(Repair.ordered_at)


def _word(word: str, common: bool) -> ColumnElement[bool]:
    """Found in number, fault, room, name or words; letters are initials of a name too, four digits and more the end of
    a phone number."""
    ways = [(said if common else held)(Repair.haystack, word)]
    if room_label(word) not in ("", word.upper()):
        ways.append(home(Repair.unit_id, word))
    initials, digits = word.isascii() and word.isalpha(), digits_of(word)
    if initials:
        ways.append(and_(Repair.initials != "", Repair.initials.startswith(word.lower(), autoescape=True)))
    if digits:
        bare = func.replace(Repair.phone, "-", "")
        tail = func.right(bare, TAIL) == digits[-TAIL:]
        ways.append(and_(Repair.phone != "", tail, bare.endswith(digits)))
    if initials or digits:
        ways.append(person(Repair.customer_id, word, by_name=False))
    return or_(*ways)


def _matching(wanted: Wanted, by: Actor) -> ColumnElement[bool]:
    parts = [*_view(wanted.view, by), *_result(wanted)]
    for column, value in ((Repair.state, wanted.state), (Repair.skill, wanted.skill), (Repair.urgency, wanted.urgency)):
        if value:
            parts.append(column == value)
    words = wanted.q.split()
    common = often(select(Repair.haystack).order_by(Repair.ordered_at.desc(), Repair.id.desc()), words)
    return and_(True, *parts, *(_word(word, word in common) for word in words))


@dataclass(frozen=True)
class Page:
    """One page of the list."""

    rows: Sequence[Any]
    total: int
    number: int


def listing(wanted: Wanted, by: Actor) -> Page:
    """One page in one query, two for a search. A page beyond the end answers the last one."""
    matching = _matching(wanted, by)
    count = select(func.count()).select_from(Repair).where(matching)
    before = (wanted.page - 1) * wanted.size
    order: Any = (Repair.ordered_at.desc(), Repair.id.desc())
    if wanted.view in ("today", "mine", "late"):
        order = (Repair.appointed_from.asc().nulls_last(), Repair.ordered_at, Repair.id)
    query = (
        select(*COLUMNS, count.correlate(None).scalar_subquery().label("total"))
        .outerjoin(Staff, Staff.id == Repair.technician_id)
        .where(matching)
        .order_by(*order)
        .limit(wanted.size)
        .offset(before)
    )
    rows = db.session.execute(query).all()
    if not rows and before:
        last = -(-(db.session.scalar(count) or 0) // wanted.size)
        return listing(replace(wanted, page=max(last, 1)), by)
    return Page(rows, rows[0].total if rows else 0, wanted.page)


def find(repair_id: UUID) -> Repair | None:
    """One repair with its people; None for an unknown id, also of another tenant."""
    query = select(Repair).where(Repair.id == repair_id)
    people = joinedload(Repair.customer), joinedload(Repair.technician), joinedload(Repair.unit)
    return db.session.scalars(query.options(*people)).one_or_none()


def unassigned(limit: int = 50) -> list[Repair]:
    """What nobody was sent to yet, the most pressing first: by appointment, then as they came."""
    query = select(Repair).where(Repair.state == states.ORDERED)
    order = (Repair.appointed_from.asc().nulls_last(), Repair.ordered_at, Repair.id)
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def count_unassigned() -> int:
    """How many these are, also beyond those that are listed."""
    return db.session.scalar(select(func.count()).select_from(Repair).where(Repair.state == states.ORDERED)) or 0


def of_household(unit_id: UUID, customer_ids: Sequence[UUID], limit: int) -> list[Repair]:
    """The newest repairs of a household, or of people who live or lived in it."""
    query = select(Repair).where(or_(Repair.unit_id == unit_id, Repair.customer_id.in_(customer_ids)))
    return list(db.session.scalars(query.order_by(Repair.ordered_at.desc()).limit(limit)))


def reworks(repair: Repair) -> list[Repair]:
    """The repairs that were ordered because this one did not pass."""
    return list(db.session.scalars(select(Repair).where(Repair.rework_of == repair.id).order_by(Repair.ordered_at)))
