"""The one source of time. Time is data: whoever needs it asks here, and a test may set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

CN = ZoneInfo("Asia/Shanghai")
EARLIEST = datetime(1990, 1, 1, tzinfo=CN)
"""No record reaches back further: what is dated earlier, such as year 1, is an empty date written by a program."""

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _moment.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let `now()` answer `moment` inside the block, in this thread or task only. ValueError for a naive moment."""
    token = _moment.set(_aware(moment).astimezone(UTC))
    try:
        yield now()
    finally:
        _moment.reset(token)


def local(moment: datetime) -> datetime:
    """The same moment on the clock of Shanghai. ValueError for a naive moment."""
    return _aware(moment).astimezone(CN)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment!r}: say which time zone it is in")
    return moment
