"""Spans of days, as lists ask for them."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from saas.policy.periods import midnight


def within_days(moment: Any, since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """What narrows `moment` to these days in Shanghai, both included; none, or the last there is, narrows nothing."""
    where: list[ColumnElement[bool]] = []
    if since:
        where.append(moment >= midnight(since))
    if until and until < date.max:
        where.append(moment < midnight(until + timedelta(days=1)))
    return where
