"""Spare tenants: role, schema and tables are built ahead, in batches; claiming one is a single UPDATE."""

from typing import Any

import psycopg
from psycopg import Connection

from saas.tenancy.migrate import ROOT, apply_to
from saas.tenancy.roles import create_tenant_role


def count_spares(dsn: str) -> int:
    """How many tenants wait to be claimed."""
    with psycopg.connect(dsn, autocommit=True) as connection, connection.transaction():
        connection.execute("SET LOCAL ROLE linsheng_owner")
        row = connection.execute("SELECT count(*) FROM platform.tenants WHERE company_id IS NULL").fetchone()
        return int(row[0]) if row else 0


def build_spares(dsn: str, wanted: int, batch: int = 8) -> int:
    """Build spares until `wanted` wait; returns how many were built.

    One transaction per batch, because the first SET ROLE of every backend is slow after a membership change.
    """
    built = 0
    missing = wanted - count_spares(dsn)
    with psycopg.connect(dsn, autocommit=True) as connection:
        while missing > 0:
            size = min(batch, missing)
            with connection.transaction():
                for _ in range(size):
                    _build(connection)
            built, missing = built + size, missing - size
    return built


def _build(connection: Connection[Any]) -> None:
    connection.execute("SET LOCAL ROLE linsheng_owner")
    row = connection.execute("SELECT nextval(pg_get_serial_sequence('platform.tenants', 'id'))").fetchone()
    number = row[0] if row else 0
    schema = f"t_{number:05d}"
    connection.execute(
        "INSERT INTO platform.tenants (id, schema_name) OVERRIDING SYSTEM VALUE VALUES (%s, %s)", [number, schema]
    )
    connection.execute("RESET ROLE")
    create_tenant_role(connection, schema)
    create_schema(connection, schema)
    apply_to(connection, schema, 0, ROOT)
    connection.execute("RESET ROLE")


def create_schema(connection: Connection[Any], schema: str) -> None:
    """An empty schema that belongs to audit_owner and that its tenant may use. Leaves the role at audit_owner."""
    connection.execute(f"CREATE SCHEMA {schema} AUTHORIZATION audit_owner")
    connection.execute("SET LOCAL ROLE audit_owner")
    connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {schema}")
    connection.execute(f"GRANT USAGE, CREATE ON SCHEMA {schema} TO linsheng_owner")
