"""What must hold before a process may serve: read back from the database, never assumed."""

from typing import Any

import psycopg
from psycopg import Connection

# Each probe answers true when the guard stands. `tenant` owns nothing, so it can do just what PUBLIC can do.
PROBES = {
    "TEMP on the database is revoked from PUBLIC": "NOT has_database_privilege('tenant', current_database(), 'TEMP')",
    "CONNECT on the database is revoked from PUBLIC": (
        "NOT has_database_privilege('tenant', current_database(), 'CONNECT')"
    ),
    "set_config is revoked from PUBLIC": (
        "NOT has_function_privilege('tenant', 'set_config(text,text,boolean)', 'EXECUTE')"
    ),
    "advisory locks are revoked from PUBLIC": (
        "NOT has_function_privilege('tenant', 'pg_advisory_lock(bigint)', 'EXECUTE')"
    ),
    "notify is revoked from PUBLIC": "NOT has_function_privilege('tenant', 'pg_notify(text,text)', 'EXECUTE')",
    "sleep is revoked from PUBLIC": "NOT has_function_privilege('tenant', 'pg_sleep(double precision)', 'EXECUTE')",
    "large objects are revoked from PUBLIC": "NOT has_function_privilege('tenant', 'lo_create(oid)', 'EXECUTE')",
    "catalogues are revoked from PUBLIC": "NOT has_table_privilege('tenant', 'pg_catalog.pg_class', 'SELECT')",
    "statistics are revoked from PUBLIC": "NOT has_table_privilege('tenant', 'pg_catalog.pg_stats', 'SELECT')",
    "schema public is closed": "NOT has_schema_privilege('tenant', 'public', 'USAGE')",
    "languages are revoked from PUBLIC": "NOT has_language_privilege('tenant', 'plpgsql', 'USAGE')",
    "process roles do not inherit": "NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname IN ('app', 'worker', 'relay')"
    " AND (rolinherit OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb))",
    "web and workers hold tenant roles by SET only": "NOT EXISTS (SELECT 1 FROM pg_auth_members m"
    " JOIN pg_roles r ON r.oid = m.member WHERE r.rolname IN ('app', 'worker')"
    " AND (m.inherit_option OR m.admin_option))",
    "audit rows cannot be changed by a tenant": "NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n"
    " ON n.oid = c.relnamespace JOIN pg_roles r ON r.rolname = n.nspname WHERE c.relname IN ('events', 'seals')"
    " AND (has_table_privilege(r.oid, c.oid, 'UPDATE, DELETE, TRUNCATE')"
    " OR pg_get_userbyid(c.relowner) <> 'audit_owner'))",
    "tenant schemas belong to audit_owner": "NOT EXISTS (SELECT 1 FROM pg_namespace"
    " WHERE nspname ~ '^t_[0-9]{5,}$' AND pg_get_userbyid(nspowner) <> 'audit_owner')",
    "tenants cannot read the outbox": "NOT has_table_privilege('tenant', 'platform.outbox', 'SELECT')",
    "tenants cannot write the outbox's tenant column": (
        "NOT has_column_privilege('tenant', 'platform.outbox', 'tenant', 'INSERT, UPDATE')"
    ),
    "tenants cannot read the board's deltas": "NOT has_table_privilege('tenant', 'platform.board_deltas', 'SELECT')",
    "tenants cannot write the tenant column of the board's deltas": (
        "NOT has_column_privilege('tenant', 'platform.board_deltas', 'tenant', 'INSERT, UPDATE')"
    ),
    "tenants cannot read what others report": "NOT has_table_privilege('tenant', 'platform.hotline_reports', 'SELECT')",
    "tenants cannot write the tenant column of reports": (
        "NOT has_column_privilege('tenant', 'platform.hotline_reports', 'tenant', 'INSERT, UPDATE')"
    ),
}
SETTINGS = {"search_path": '"$user", pg_temp'}
BOUNDS = ("statement_timeout", "lock_timeout", "transaction_timeout")


class GuardMissing(RuntimeError):
    """A guard of the tenant isolation is not in force; the message names each one."""


def missing(connection: Connection[Any]) -> list[str]:
    """The names of the guards that do not stand, seen by the process's own login."""
    lost = unlocked(connection)
    for setting, value in SETTINGS.items():
        shown = connection.execute(f"SHOW {setting}").fetchone()
        if not shown or shown[0] != value:
            lost.append(f"{setting} is {value}")
    for setting in BOUNDS:
        shown = connection.execute(f"SHOW {setting}").fetchone()
        if not shown or shown[0] == "0":
            lost.append(f"{setting} is bounded")
    return lost


def unlocked(connection: Connection[Any]) -> list[str]:
    """The names of the probes that fail in this database, whoever asks; `missing` adds the login's own settings."""
    row = connection.execute("SELECT " + ", ".join(f"({probe})" for probe in PROBES.values())).fetchone()
    return [name for name, stands in zip(PROBES, row or (), strict=True) if not stands]


def check(dsn: str) -> None:
    """Refuse to go on when a guard is missing. Raises GuardMissing."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        lost = missing(connection)
    if lost:
        raise GuardMissing("; ".join(lost) + " — run `bin/manage bootstrap` with the admin's DATABASE_URL")
