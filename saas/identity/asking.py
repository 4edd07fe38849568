"""Statements about whoever asks: built once, because every page needs some; who asks, and when, is put in each time."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache, reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, Select, Text, Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from saas import clock
from saas.db import db
from saas.identity.actor import Actor
from saas.policy.pack import Pack

Count = Select[int]
Waiting = Callable[[Pack], Count]
"""What counts the waiting under a regulation: the same statement each time for the same regulation."""
MOST = 1000  # where counting ends for what may be any number: pages write 999+
KEPT = 256  # sums of counts that stay built: one or two for each regulation in use
ME = bindparam("me", type_=Uuid)
ROLES = bindparam("roles", type_=ARRAY(Text))
NOW = bindparam("now", type_=DateTime(timezone=True))
TODAY = bindparam("today", type_=Date)
TONIGHT = bindparam("tonight", type_=DateTime(timezone=True))  # the first moment of tomorrow


def holds(*roles: str) -> ColumnElement[bool]:
    """Whoever asks holds one of these roles."""
    held: ColumnElement[bool] = ROLES.overlap(list(roles))
    return held


def always(statement: Count) -> Waiting:
    """The same statement under every regulation."""
    return lambda _pack: statement


def together(*parts: Waiting) -> Waiting:
    """What several count, as one number."""
    return lambda pack: _sum(tuple(part(pack) for part in parts))


def asked(by: Actor) -> dict[str, Any]:
    """What is put into such a statement when this person asks now."""
    now = clock.now()
    today = clock.local(now).date()
    tonight = datetime.combine(today + timedelta(days=1), time(0), clock.CN)
    return {"me": by.id, "roles": sorted(by.roles), "now": now, "today": today, "tonight": tonight}


def counts(statements: Sequence[Count], by: Actor) -> list[int]:
    """What each statement counts for this person, all of them asked in one query."""
    return list(db.session.execute(_together(tuple(statements)), asked(by)).one()) if statements else []


@lru_cache(KEPT)
def _sum(statements: tuple[Count, ...]) -> Count:
    counted: ColumnElement[int] = reduce(add, (each.scalar_subquery() for each in statements))
    return select(counted)


@lru_cache(KEPT)
def _together(statements: tuple[Count, ...]) -> Select[Any]:
    return select(*(each.scalar_subquery() for each in statements))
