"""How values are written on a page: times, spans, money, masks."""

from datetime import date, datetime
from typing import Any

from flask import Flask
from markupsafe import Markup

from saas import clock, masks
from saas.web.folding import fold
from saas.web.page import at

BRIEF = 12  # letters: names of people have three, of companies that repair ten
NEAR = {-1: "昨天", 0: "今天", 1: "明天"}


def moment(value: datetime | None, *, missing: str = "--") -> Markup | str:
    """A point in time as 今天 09:12, 昨天 15:05, 11-19 09:12 or 2025-11-19 09:12, inside <time datetime>."""
    if value is None:
        return missing
    there, today = clock.local(value), clock.local(clock.now()).date()
    written = there.isoformat(timespec="minutes")  # 2025-11-19T09:12+08:00
    on, hour = written[:10], written[11:16]
    near = NEAR.get((there.date() - today).days) or (on[5:] if there.year == today.year else on)
    # all three are digits and our own words, so nothing needs escaping; lists show this in every row
    return Markup(f'<time datetime="{written}" title="{on} {hour}">{near} {hour}</time>')  # noqa: S704


def full_time(value: datetime | None) -> str:
    """2026-11-20 14:08, for print and registers."""
    return clock.local(value).strftime("%Y-%m-%d %H:%M") if value else "--"


def day(value: date | datetime | None) -> str:
    """2026-11-20."""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return value.isoformat() if value else "--"


def yuan(fen: int | None) -> str:
    """¥12,345.00 from fen."""
    return "--" if fen is None else f"¥{fen / 100:,.2f}"


def brief(name: str) -> str:
    """A name in a column of a list: of a very long one the beginning; the record itself has all of it."""
    return name if len(name) <= BRIEF else name[: BRIEF - 1] + "…"


def init_app(app: Flask) -> None:
    """Register the filters and the globals that templates use."""
    from saas.app import static

    filters: dict[str, Any] = {
        "moment": moment,
        "full_time": full_time,
        "day": day,
        "yuan": yuan,
        "mask_phone": masks.phone,
        "mask_name": masks.name,
        "mask_email": masks.email,
        "mask_within": masks.within,
        "fold": fold,
        "brief": brief,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(static=static, at=at)
