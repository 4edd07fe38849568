"""Reading complaints: the list with its filters, one complaint, and what waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import joinedload, lazyload

from saas import clock
from saas.days import within_days
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.asking import ME, Count
from saas.tenancy.staff import Staff
from saas.web.typed import day
from tenants.complaints import counts, states
from tenants.complaints.facts import Pause
from tenants.complaints.models import Complaint
from tenants.complaints.searching import sought

SIZES = (20, 50, 100)
VIEWS = {"open": "未办结", "mine": "我经手的", "late": "已逾期", "new": "待受理", "all": "全部"}
LONGEST_SEARCH = 60
DEEPEST_PAGE = 5000
PAUSED = (
    select(Pause.id)
    .where(Pause.complaint_id == Complaint.id, Pause.paused_at.is_not(None), Pause.resumed_at.is_(None))
    .exists()
)
COLUMNS = (
    Complaint.id, Complaint.number, Complaint.subject, Complaint.room, Complaint.reporter, Complaint.anonymous,
    Complaint.category, Complaint.severity, Complaint.state, Complaint.received_at, Complaint.next_stage,
    Complaint.next_due_at, Complaint.version, Staff.name.label("handler"), PAUSED.label("paused"),
)  # fmt: skip
# counts the open complaints that whoever asks has in hand
WAITING: Count = (
    select(func.count()).select_from(Complaint).where(Complaint.handler_id == ME, Complaint.state != states.CLOSED)
)
LEFT_BY = {"经办中的投诉": WAITING}
"""What somebody who leaves leaves behind here."""


@dataclass(frozen=True)
class Wanted:
    """What the address of the list asks for; anything unknown in it falls back to the default."""

    view: str = "open"
    q: str = ""
    state: str = ""
    severity: str = ""
    category: str = ""
    source: str = ""
    department: str = ""
    building: str = ""
    figure: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "received"
    page: int = 1
    size: int = 20

    @classmethod
    def read(cls, args: Any) -> "Wanted":
        """From the query string."""
        size = args.get("size", 20, type=int)
        return cls(
            view=args.get("view") if args.get("view") in VIEWS else "open",
            q=" ".join(args.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
            state=args.get("state") if args.get("state") in states.LABELS else "",
            severity=args.get("severity", "")[:40].replace("\x00", ""),
            category=args.get("category", "")[:40].replace("\x00", ""),
            source=args.get("source", "")[:40].replace("\x00", ""),
            department=args.get("department", "")[:40].replace("\x00", ""),
            building=args.get("building", "")[:40].replace("\x00", ""),
            figure=args.get("figure") if args.get("figure") in counts.LABELS else "",
            since=day(args.get("since")),
            until=day(args.get("until")),
            sort=args.get("sort") if args.get("sort") in ("received", "due") else "received",
            page=min(max(args.get("page", 1, type=int), 1), DEEPEST_PAGE),
            size=size if size in SIZES else 20,
        )

    def changed(self, **changes: Any) -> str:
        """The query string of the same list with some arguments changed; defaults stay out of it."""
        other = {**vars(self), "page": 1, **changes}
        query = urlencode({k: v for k, v in other.items() if v != DEFAULTS[k]})
        return f"?{query}" if query else ""

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view was asked for."""
        return any(getattr(self, name) for name in NARROWING)

    @property
    def counted(self) -> dict[str, str]:
        """What no box of the list says: where a figure of the statistics has led to it."""
        return {name: getattr(self, name) for name in ("source", "department", "building", "figure")}


DEFAULTS = vars(Wanted())
NARROWING = (
    "q", "state", "severity", "category", "source", "department", "building", "figure", "since", "until"
)  # fmt: skip


def _matching(wanted: Wanted, by: Actor) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if wanted.view != "all":
        parts.append(Complaint.state != states.CLOSED)
    if wanted.view == "mine":
        unassigned = and_(Complaint.handler_id.is_(None), Complaint.registered_by == by.id)
        parts.append(or_(Complaint.handler_id == by.id, unassigned))
    if wanted.view == "late":
        parts += [Complaint.next_due_at < clock.now(), ~PAUSED]
    if wanted.view == "new":
        parts.append(Complaint.state == states.REGISTERED)
    for column, value in (
        (Complaint.state, wanted.state),
        (Complaint.severity, wanted.severity),
        (Complaint.category, wanted.category),
    ):
        if value:
            parts.append(column == value)
    parts += [counts.of(name, wanted.counted[name]) for name in counts.DIMENSIONS if wanted.counted.get(name)]
    if wanted.figure:
        parts.append(counts.conditions(clock.now())[wanted.figure])
    parts += within_days(Complaint.received_at, wanted.since, wanted.until)
    return and_(True, *parts)


@dataclass(frozen=True)
class Page:
    """One page of the list. `total` is exact up to a bound; beyond it `more` are there than it says."""

    rows: Sequence[Any]
    total: int
    number: int
    more: bool = False


COUNTED, FOUND = 10_000, 1000
"""How many of a list and of a search are counted: to count on takes longer than to find the page."""
NEAR = 1000
"""How many of the list a search looks into before it asks the index of pairs."""


def listing(wanted: Wanted, by: Actor) -> Page:
    """One page in one query, or up to three for a search. A page beyond the end answers the last one."""
    matching = _matching(wanted, by)
    if not wanted.q:
        count: Any = _counting(matching, COUNTED).scalar_subquery()
        return _page(wanted, by, matching, count, COUNTED)
    found = sought(wanted.q)
    # many fit: this page is met within the first that the list shows, and the index of pairs would name too many
    near = select(Complaint.id).where(matching).order_by(*_order(wanted)).limit(NEAR).correlate(None)
    met = func.count().filter(and_(*found.plain))
    seen, there = db.session.execute(select(func.count(), met).where(Complaint.id.in_(near))).one()
    if seen < NEAR or there > wanted.page * wanted.size:
        exact = there if seen < NEAR else 0
        return _page(wanted, by, and_(matching, *found.plain), literal(there), exact)
    fitting = and_(matching, *found.indexed)
    total = db.session.scalar(_counting(fitting, FOUND)) or 0
    return _page(wanted, by, fitting, literal(total), FOUND) if total else Page((), 0, 1)


def _counting(matching: ColumnElement[bool], most: int) -> Select[int]:
    some = select(Complaint.id).where(matching).limit(most + 1).subquery()
    return select(func.count()).select_from(some)


def _order(wanted: Wanted) -> tuple[Any, ...]:
    if wanted.sort == "due":
        return Complaint.next_due_at.asc().nulls_last(), Complaint.id
    return Complaint.received_at.desc(), Complaint.id.desc()


def _page(wanted: Wanted, by: Actor, matching: ColumnElement[bool], count: Any, most: int) -> Page:
    """The rows of the page; the count is exact up to `most`."""
    order, before = _order(wanted), (wanted.page - 1) * wanted.size
    # the page is found in an index alone; what it shows is read for its own rows, not for all that come before
    ids = select(Complaint.id).where(matching).order_by(*order).limit(wanted.size).offset(before).subquery()
    query = (
        select(*COLUMNS, count.label("total"))
        .join(ids, ids.c.id == Complaint.id)
        .outerjoin(Staff, Staff.id == Complaint.handler_id)
        .order_by(*order)
    )
    rows = db.session.execute(query).all()
    if not rows and before:
        there = db.session.scalar(select(func.count()).select_from(Complaint).where(matching)) or 0
        return listing(replace(wanted, page=max(-(-there // wanted.size), 1)), by)
    total = rows[0].total if rows else 0
    if total <= most:
        return Page(rows, total, wanted.page)
    further = before + len(rows) + (len(rows) == wanted.size)  # there is a next page as long as this one is full
    return Page(rows, max(min(total, most) if most else total, further), wanted.page, more=True)


def find(complaint_id: UUID) -> Complaint | None:
    """One complaint with its people and clocks; None for an unknown id, also of another tenant."""
    query = select(Complaint).where(Complaint.id == complaint_id)
    people = joinedload(Complaint.customer), joinedload(Complaint.handler), joinedload(Complaint.accused)
    return db.session.scalars(query.options(*people)).one_or_none()


def of_household(unit_id: UUID, customer_ids: Sequence[UUID], limit: int) -> list[Complaint]:
    """The newest complaints from a household, or from people who live or lived in it."""
    query = select(Complaint).where(or_(Complaint.unit_id == unit_id, Complaint.customer_id.in_(customer_ids)))
    newest = query.options(lazyload(Complaint.stages)).order_by(Complaint.received_at.desc()).limit(limit)
    return list(db.session.scalars(newest))
