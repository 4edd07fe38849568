"""Doors for people without an account: platform rows, which no tenant can write, so each gets a Session of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from saas import clock
from saas.db import separate_session
from saas.tenancy.entry import digest

OPEN = text(
    "INSERT INTO platform.public_links (token_hash, tenant_id, kind, object_id, created_at, expires_at)"
    " SELECT :token, id, :kind, :object, :now, :expires FROM platform.tenants WHERE schema_name = :schema"
    " ON CONFLICT DO NOTHING"
)
END = text(
    "UPDATE platform.public_links SET ended_at = :now WHERE token_hash = :token AND ended_at IS NULL"
    " AND tenant_id = (SELECT id FROM platform.tenants WHERE schema_name = :schema)"
)
END_ALL = text(
    "UPDATE platform.public_links SET ended_at = :now WHERE kind = :kind AND object_id = :object AND ended_at IS NULL"
    " AND tenant_id = (SELECT id FROM platform.tenants WHERE schema_name = :schema)"
)
EVER = text("SELECT 1 FROM platform.public_links WHERE token_hash = :token AND kind = :kind")


def open_link(schema: str, token: str, kind: str, object_id: UUID, expires_at: datetime | None) -> None:
    """Open a public link with a token made beforehand, committed at once; opening it again changes nothing."""
    values = {"token": digest(token), "kind": kind, "object": object_id, "now": clock.now(), "expires": expires_at}
    with separate_session() as session:
        session.execute(OPEN, {**values, "schema": schema})


def end_link(schema: str, token: str) -> None:
    """Close a public link for good, committed at once; closing it again changes nothing."""
    with separate_session() as session:
        session.execute(END, {"token": digest(token), "schema": schema, "now": clock.now()})


def end_links(schema: str, kind: str, object_id: UUID) -> None:
    """Close every public link of this kind to one object, whose tokens only their bearers have; committed at once."""
    with separate_session() as session:
        session.execute(END_ALL, {"schema": schema, "kind": kind, "object": object_id, "now": clock.now()})


def ever_opened(session: Session, token: str, kind: str) -> bool:
    """True for a token that once led somewhere: the page then says that it has expired, not that it never was."""
    return session.execute(EVER, {"token": digest(token), "kind": kind}).first() is not None
