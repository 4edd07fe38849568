"""Reading what the projects reported, in the head office: filtered, paged, what waits for a callback by its age."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from saas.days import within_days
from saas.db import db
from saas.sheets.cells import line
from saas.words import said
from tenants.complaints.hotline_results.models import HotlineArrival, HotlineCallback

VIEWS = {"waiting": "待回访", "called": "已回访", "all": "全部"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty fields narrow nothing. `project` is a schema, days are of the report."""

    view: str = "waiting"
    q: str = ""
    project: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view was asked for."""
        return bool(self.q or self.project or self.since or self.until)


def listing(wanted: Wanted, *, offset: int, limit: int) -> tuple[list[HotlineArrival], int]:
    """A page of results with their callbacks, and how many there are: waiting ones oldest first, else newest first."""
    joined = select(HotlineArrival).outerjoin(HotlineArrival.callback).where(*_narrowed(wanted))
    total = db.session.scalar(joined.with_only_columns(func.count())) or 0
    waiting, at = HotlineCallback.arrival_id.is_(None), HotlineArrival.reported_at
    order: tuple[Any, ...] = (at,) if wanted.view == "waiting" else (~waiting, at.desc())
    rows = joined.options(contains_eager(HotlineArrival.callback)).order_by(*order, HotlineArrival.id)
    return list(db.session.scalars(rows.offset(offset).limit(limit))), total


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    arrival, waiting = HotlineArrival, HotlineCallback.arrival_id.is_(None)
    views: dict[str, list[ColumnElement[bool]]] = {"waiting": [waiting], "called": [~waiting]}
    where = views.get(wanted.view, [])
    for word in line(wanted.q)[:60].split():
        words = arrival.number + " " + arrival.subject + " " + arrival.result + " " + arrival.reported_by_name
        where.append(said(func.lower(words), word))
    if wanted.project:
        where.append(arrival.tenant == wanted.project)
    return where + within_days(arrival.reported_at, wanted.since, wanted.until)
