"""Taking hold of a reception, adding a step, and moving the limit of the next one."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from saas import clock
from saas.db import db
from saas.identity.actor import Actor, Forbidden
from saas.jobs import enqueue
from saas.numbers import next_nth
from saas.policy import clocks
from saas.problem import Conflict, Problem
from tenants.complaints.rules import Rules
from tenants.contacts.access import WRITE
from tenants.receptions.models import CLOSED, PASSED, Reception, Step
from tenants.receptions.words import STATES

DUE = "receptions.due"
"""The job that tells of a reception whose next step is late."""
LONGEST = 4000  # characters of a step


def hold(reception_id: UUID, version: int, by: Actor) -> Reception:
    """The reception with its contact, locked for this transaction, its version moved on.

    Raises LookupError, Forbidden for who records no contacts, Conflict when it has changed or is finished.
    """
    if by.id is None or not by.has(*WRITE):
        raise Forbidden("接待由管家、前台和客服办理，您没有这项权限")
    query = select(Reception).where(Reception.id == reception_id).options(joinedload(Reception.contact))
    found = db.session.scalars(
        query.with_for_update(of=Reception).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise LookupError(reception_id)
    if found.version != version:
        raise Conflict("这次接待刚有新的进展，请查看后再提交")
    if found.state in (CLOSED, PASSED):
        raise Conflict(f"这次接待{STATES[found.state][0]}，不用再办理")
    found.version += 1
    return found


def add(reception: Reception, kind: str, words: str, by: Actor, **facts: Any) -> Step:
    """Write the next step. Raises Problem when the words are too long."""
    if by.id is None:
        raise Problem("请登录后再记录")
    if len(words.strip()) > LONGEST:
        raise Problem(f"最多 {LONGEST} 个字", "words")
    step = Step(
        reception_id=reception.id, nth=next_nth(Step.nth, Step.reception_id, reception.id), kind=kind,
        words=words.strip(), taken_at=clock.now(), taken_by=by.id, taken_by_name=by.name, **facts,
    )  # fmt: skip
    db.session.add(step)
    db.session.flush()
    return step


def owe(reception: Reception, state: str, due_at: datetime) -> None:
    """The reception stands here, and its next step is owed until then; whoever owes it is told once that has passed."""
    reception.state, reception.due_at = state, due_at
    db.session.flush()
    enqueue(DUE, str(reception.id), due_at.isoformat(), run_at=due_at + timedelta(minutes=1))


def limit(rules: Rules, name: str, start: datetime) -> datetime:
    """When the clock `name` of the pack runs out that starts now."""
    pack = rules.pack
    return clocks.due(start, pack.clocks[name], rules.calendar, pack.settings.hours).at
