"""Changes keep the old value: every change is an event with what was before and what is after (B5)."""

from datetime import date
from typing import Any
from uuid import UUID

from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.problem import Conflict
from tenants.customers.models import Customer, Unit


def json(value: object) -> Any:
    """The value as an event keeps it."""
    if isinstance(value, (date, UUID)):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def differences(subject: object, facts: dict[str, Any]) -> dict[str, list[Any]]:
    """Field → [before, after] of what would change."""
    pairs = {field: [json(getattr(subject, field)), json(value)] for field, value in facts.items()}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def locked(model: type[Unit] | type[Customer], key: UUID, version: int) -> Any:
    """The row, locked for this transaction. Conflict when somebody has changed it since `version`; LookupError."""
    found: Any = db.session.get(model, key, with_for_update=True, populate_existing=True)
    if found is None:
        raise LookupError(key)
    if found.version != version:
        raise Conflict("这份档案刚被别人改过，请先看差异，再决定是否覆盖")
    return found


def change(subject: Unit | Customer, name: str, facts: dict[str, Any], by: Actor, **more: Any) -> bool:
    """Set the fields that differ, raise the version and record one event `name`; False when nothing differs."""
    changes = differences(subject, facts)
    if not changes:
        return False
    for field in changes:
        setattr(subject, field, facts[field])
    subject.version += 1
    record(name, subject, by, changes=changes, **more)
    return True
