"""A board worker that dies at any statement: the next reaches the same figures, nothing lost, nothing twice (M4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import event

from saas.db import db
from saas.policy import loader
from tests.board.conftest import Street
from workers import doors

pytestmark = pytest.mark.rule("M4")
CLAUSE = "complaint-register"


@contextmanager
def dying(street: Street, nth: int) -> Iterator[None]:
    """The worker dies before its nth statement or commit."""
    done = 0

    def next_one(*_: Any) -> None:
        nonlocal done
        done += 1
        if done >= nth:
            raise SystemError("killed")

    with street.worker.app_context():
        engine = db.engine
    for moment in ("before_cursor_execute", "commit"):
        event.listen(engine, moment, next_one)
    try:
        yield
    finally:
        for moment in ("before_cursor_execute", "commit"):
            event.remove(engine, moment, next_one)


def lives(street: Street, nth: int) -> bool:
    """Whether a worker that would die at its nth step came to the end of its jobs before."""
    try:
        with dying(street, nth):
            street.work()
    except doors.Failed:
        return False
    return True


def test_killed_at_each_statement(street: Street, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    street.settle()
    [whole] = loader.versions("property")
    few = {key: whole.clauses[key] for key in (CLAUSE, "complaint-first-response")}
    small = replace(whole, clauses=MappingProxyType(few))
    monkeypatch.setattr(loader, "versions", lambda _: (small,))
    street.register()
    street.work()
    nth, seqs = 1, set[int]()
    while True:
        street.register()
        lived = lives(street, nth)
        street.work()
        nth += 1
        here, there = (street.cell(place, CLAUSE, of=street.yunqi) for place in (street.yunqi, street.office))
        assert (here.met, there.met, there.seq) == (nth, nth, here.seq)
        assert street.cell(street.office, "complaint-first-response", of=street.yunqi).open == nth
        seqs.add(here.seq)
        assert street.marks() == set()
        (sent,) = street.admin.execute("SELECT count(*) FROM platform.board_deltas").fetchall()
        assert sent == (nth,)
        if lived:
            break
    assert len(seqs) == nth - 1 > 20
