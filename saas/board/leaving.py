"""Measured cells are written down, and leave the project for the head office: counts only, no word of any record."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb
from sqlalchemy import text, update

from saas import clock
from saas.board import cells
from saas.board.build import build
from saas.board.cells import Measured
from saas.board.marks import QUEUE
from saas.board.models import RollUp
from saas.db import db
from saas.jobs import enqueue

_LEAVE = text("INSERT INTO platform.board_deltas (id, seq, payload) VALUES (:id, :seq, :payload)")


def settle(schema: str, last: int, changed: Sequence[Measured]) -> int:
    """Write changed cells down and note that this tenant has been measured; answers their `seq`.

    It is greater than the `last` one and a time in microseconds, so that a restored tenant never repeats one.
    """
    now = clock.now()
    seq = max(last + 1, int(now.timestamp() * 1_000_000))
    cells.write(db.session(), schema, cells.as_json(changed), seq=seq, at=now)
    db.session.execute(update(RollUp).values(seq=seq, build=build(), measured_at=now))
    return seq


def send(seq: int, told: Sequence[Measured], **facts: Any) -> None:
    """Tell the head office of cells, in this transaction; `facts` go along."""
    payload = {"cells": cells.as_json(told), "at": clock.now().isoformat(), **facts}
    db.session.execute(_LEAVE, {"id": uuid4(), "seq": seq, "payload": Jsonb(payload)})
    enqueue("board.apply", queue=QUEUE)
