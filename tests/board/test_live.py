"""The whole way with the product's own processes: relay and board worker, by their clock (M4)."""

import time
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import select

from saas.board import spans
from saas.board.models import Cell
from saas.db import db
from tests.board.conftest import Street
from tests.browser.live import PYTHON, ROOT, eventually
from workers.supervisor import Child, Supervisor

pytestmark = pytest.mark.rule("M4")
READY = "SELECT count(*) = 2 FROM platform.heartbeats WHERE process IN ('relay', 'worker-board')"


def test_a_record_reaches_the_head_office_within_seconds(street: Street, home: Path, redis_url: str) -> None:
    """Within ten seconds on an idle machine; a busy one is given `tests.browser.live.PATIENCE`."""
    street.settle()
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
    mine = select(Cell.met).where(
        Cell.tenant == street.yunqi.schema, Cell.clause == "complaint-register", Cell.begins == spans.span("").begins
    )

    def ready() -> bool:
        row = street.admin.execute(READY).fetchone()
        return bool(row and row[0])

    def arrived() -> bool:
        with street.office.inside():
            return db.session.scalar(mine) == 1

    told = {"LINSHENG_HOME": str(home), "REDIS_URL": redis_url, "PYTHONPATH": str(ROOT)}
    with Supervisor(home, say=lambda _: None) as supervisor:
        supervisor.spawn(Child("board", [*PYTHON, "workers.rqworker", "board"], told, patience=20))
        supervisor.spawn(Child("relay", [*PYTHON, "workers.relay"], told))
        eventually(ready, "relay and board worker")
        begun = time.monotonic()
        street.register()
        eventually(arrived, "the figure of the head office")
        print(f"record to head office: {time.monotonic() - begun:.1f} s")  # noqa: T201 - for who runs it with -s
