"""Marks: which kinds of records a transaction touched, and since when, so that the board measures them again (M4).

They are written by the transaction itself, just before it commits: a figure can be late, it cannot be forgotten.
"""

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import event, text
from sqlalchemy.orm import Session, SessionTransaction

from saas import clock
from saas.db import db

ANYTHING = "*"
"""Touched when every clause is to be measured: a tenant is new, or what binds it has changed."""
MEASURE, QUEUE = "board.measure", "board"
_TOUCHED = "touched"
_LEAVE = text("""
WITH left_behind AS (
    INSERT INTO marks (id, subject_type, since)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:days AS date[]))
)
INSERT INTO platform.outbox (id, queue, job, args, run_at) VALUES (:id, :queue, :job, '{}', :now)
""")


def touch(subject_type: str, since: date | datetime | None = None) -> None:
    """Records of this kind change in this transaction: the figures of `since` (today) and later may change with them.

    `saas.events` does this for the subject of every event, with the subject's `evidence_since` when it has one: the
    earliest day whose period may count it. Call it for a change that no event of that kind tells of.
    """
    day = clock.local(since).date() if isinstance(since, datetime) else since or clock.local(clock.now()).date()
    session = db.session()
    if not session.in_transaction():
        session.begin()  # or a rollback would not be noticed
    touched: dict[str, date] = session.info.setdefault(_TOUCHED, {})
    touched[subject_type] = min(day, touched.get(subject_type, day))


@event.listens_for(Session, "before_commit")
def leave(session: Session) -> None:
    """Write one mark for each kind and ask once for measuring, in one statement of the transaction that touched."""
    if session.in_nested_transaction():  # a savepoint; the transaction goes on
        return
    touched: dict[str, date] = session.info.pop(_TOUCHED, {})
    if touched:
        values = {"ids": [uuid4() for _ in touched], "types": list(touched), "days": list(touched.values())}
        asked = {"id": uuid4(), "queue": QUEUE, "job": MEASURE, "now": clock.now()}
        session.execute(_LEAVE, values | asked)


@event.listens_for(Session, "after_soft_rollback")
def forget(session: Session, ended: SessionTransaction) -> None:
    """What was rolled back touched nothing; a savepoint alone forgets nothing, measuring once too often is harmless."""
    if not ended.nested:
        session.info.pop(_TOUCHED, None)
