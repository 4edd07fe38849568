"""The stretch of time that a board shows: a month or a quarter, written 2026-11 or 2026-Q4 in its address."""

import re
from datetime import date

from saas import clock
from saas.policy.periods import Every, Period, period

_CODE = re.compile(r"(20\d\d)-(?:(0[1-9]|1[0-2])|Q([1-4]))")
MONTHS, QUARTERS = 13, 5
"""So many can be chosen, the present one included: as far back as it is kept up to date."""


def today() -> date:
    """The present day in Shanghai."""
    return clock.local(clock.now()).date()


def code(span: Period) -> str:
    """2026-11 or 2026-Q4."""
    if span.every is Every.QUARTER:
        return f"{span.begins.year}-Q{(span.begins.month + 2) // 3}"
    return f"{span.begins:%Y-%m}"


def span(written: str) -> Period:
    """What an address asks for; the present month for anything else, and for what has not begun."""
    found = _CODE.fullmatch(written)
    present = period(Every.MONTH, today())
    if found is None:
        return present
    year, month, quarter = found.groups()
    first = date(int(year), int(month) if month else int(quarter) * 3 - 2, 1)
    wanted = period(Every.MONTH if month else Every.QUARTER, first)
    return wanted if wanted.begins <= present.begins else present


def latest(every: Every, count: int) -> list[Period]:
    """The present period and those before it, the newest first."""
    found = [period(every, today())]
    while len(found) < count:
        found.append(found[-1].previous)
    return found


def starts(span: Period) -> list[date]:
    """The first days of the periods that may overlap a span: its months and what they lie in."""
    months = [span.begins]
    while (following := period(Every.MONTH, months[-1]).ends) < span.ends:
        months.append(following)
    return sorted({period(every, month).begins for month in months for every in Every})
