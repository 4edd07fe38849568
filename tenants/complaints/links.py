"""Addresses that residents use: the QR form of a project, and the private page of one complaint."""

import secrets
from uuid import UUID, uuid4

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.policy.here import pack_on
from saas.problem import Problem
from saas.tenancy.links import end_link, open_link
from tenants.complaints.facts import Door

FORM, STATUS = "complaint_form", "complaint_status"


def open_door(label: str, *, by: Actor) -> Door:
    """A new QR address for residents (D1). Raises Problem for an empty label, Forbidden."""
    _keeps_doors(by)
    if not label.strip() or by.id is None:
        raise Problem("请写明贴在哪里，例如 3 栋大堂", "label")
    door = Door(
        id=uuid4(), token=secrets.token_urlsafe(18), label=label.strip()[:60], opened_at=clock.now(), opened_by=by.id,
        opened_by_name=by.name,
    )  # fmt: skip
    open_link(by.tenant, door.token, FORM, door.id, None)
    db.session.add(door)
    record("complaint_door.opened", door, by, label=door.label)
    db.session.flush()
    return door


def close_door(door_id: UUID, *, by: Actor) -> Door:
    """Close a QR address: its page answers 410 from now on. One that is closed stays as it is.

    The address dies first, in a transaction of its own; repeated after a crash this completes it.
    Raises Forbidden, LookupError for no such door.
    """
    _keeps_doors(by)
    door = db.session.get(Door, door_id, with_for_update=True)
    if door is None:
        raise LookupError(door_id)
    if door.closed_at is None:
        end_link(by.tenant, door.token)
        door.closed_at, door.closed_by_name = clock.now(), by.name
        record("complaint_door.closed", door, by, label=door.label)
        db.session.flush()
    return door


def _keeps_doors(by: Actor) -> None:
    pack = pack_on(clock.now())
    holds(by, pack, "投诉二维码", *pack.complaint_roles.doorkeepers)


def status_link(schema: str, complaint_id: UUID) -> str:
    """A private address where the resident follows the complaint; only its bearer has the token."""
    token = secrets.token_urlsafe(24)
    open_link(schema, token, STATUS, complaint_id, None)
    return token
