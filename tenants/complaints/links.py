"""Addresses that residents use: platform rows, written beside the transaction of the tenant, which cannot see them."""

import secrets
from uuid import UUID, uuid4

from sqlalchemy import insert

from saas import clock
from saas.db import db, separate_session
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.models import PublicLink
from saas.problem import Problem
from saas.tenancy import digest
from tenants.complaints import access
from tenants.complaints.facts import Door
from tenants.complaints.rules import pack_on

FORM, STATUS = "complaint_form", "complaint_status"


def open_door(tenant_id: int, label: str, *, by: Actor) -> Door:
    """A new QR address for residents (D1). Raises Problem for an empty label, Forbidden."""
    access.holds(by, pack_on(clock.now()), "投诉二维码", *access.DOORKEEPERS)
    if not label.strip() or by.id is None:
        raise Problem("请写明贴在哪里，例如 3 栋大堂", "label")
    door = Door(
        id=uuid4(), token=secrets.token_urlsafe(18), label=label.strip()[:60], opened_at=clock.now(), opened_by=by.id,
        opened_by_name=by.name,
    )  # fmt: skip
    _publish(tenant_id, door.token, FORM, door.id)
    db.session.add(door)
    record("complaint_door.opened", door, by, label=door.label)
    db.session.flush()
    return door


def status_link(tenant_id: int, complaint_id: UUID) -> str:
    """A private address where the resident follows the complaint; only its bearer has the token."""
    token = secrets.token_urlsafe(24)
    _publish(tenant_id, token, STATUS, complaint_id)
    return token


def _publish(tenant_id: int, token: str, kind: str, object_id: UUID) -> None:
    with separate_session() as session:
        row = {"token_hash": digest(token), "tenant_id": tenant_id, "kind": kind, "object_id": object_id}
        session.execute(insert(PublicLink).values(**row, created_at=clock.now()))
