"""Platform-level history: companies, projects, memberships, sign-ins. Append-only, like a tenant's events."""

from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from saas import clock
from saas.db import db
from saas.identity.actor import Actor

INSERT = text(
    "INSERT INTO platform.events"
    " (id, name, subject_type, subject_id, actor_id, actor_name, data, request_id, occurred_at)"
    " VALUES (:id, :name, :subject_type, :subject_id, :actor_id, :actor_name, :data, :request_id, :now)"
)


def record(
    name: str, subject_type: str, subject_id: str, by: Actor, /, *, session: Session | None = None, **facts: Any
) -> None:
    """Add one platform event in the caller's transaction, before any tenant is entered."""
    from saas.events import request_id

    (session or db.session()).execute(
        INSERT,
        {
            "id": uuid4(),
            "name": name,
            "subject_type": subject_type,
            "subject_id": subject_id,
            "actor_id": by.id,
            "actor_name": by.name,
            "data": Jsonb(facts),
            "request_id": request_id.get(),
            "now": clock.now(),
        },
    )
