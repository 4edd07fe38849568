"""Roles of the database cluster and the guards of one database: created by an admin once, checked at every start."""

import secrets
from typing import Any

from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from saas.config import PROCESSES

LOGINS = PROCESSES
OWNERS = ("linsheng_owner", "audit_owner", "tenant")
TRUSTED = (*LOGINS, "linsheng_owner", "audit_owner")

# Limits of each process role. The worker's are longer because SET LOCAL cannot lift a transaction_timeout.
LIMITS = {
    "app": {"statement_timeout": "10s", "lock_timeout": "2s", "transaction_timeout": "30s", "temp_file_limit": "256MB"},
    "worker": {"statement_timeout": "60s", "lock_timeout": "5s", "transaction_timeout": "300s"},
    "relay": {"statement_timeout": "20s", "lock_timeout": "2s", "transaction_timeout": "60s"},
    "migrator": {"lock_timeout": "3s"},
}

# Functions that let a statement change its role, reach other backends, wait, or read what belongs to others.
RISKY = (
    r"^(set_config|pg_notify|pg_sleep.*|pg_(try_)?advisory.*|lo_.*|loread|lowrite|pg_logical_emit_message|pg_stat_.*"
    r"|pg_get_.*|pg_cancel_backend|pg_terminate_backend|pg_.*_size|has_.*_privilege|pg_has_role|row_security_active"
    r"|ts_stat|ts_rewrite|.*_to_xml.*|obj_description|col_description|shobj_description|pg_describe_object"
    r"|pg_identify_object.*|pg_show_all_settings|pg_lock_status|pg_blocking_pids|pg_export_snapshot"
    r"|pg_listening_channels|pg_prepared_.*|pg_cursor|pg_ls_.*|pg_read_.*|pg_safe_snapshot_blocking_pids)$"
)


def create_roles(admin: Connection[Any]) -> None:
    """Create the cluster's roles where they are missing. Needs CREATEROLE and the right to grant them (superuser)."""
    existing = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles")}
    for name in OWNERS:
        if name not in existing:
            admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(sql.Identifier(name)))
    for name in LOGINS:
        if name not in existing:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(sql.Identifier(name)))
    admin.execute("ALTER ROLE migrator CREATEROLE")
    admin.execute("GRANT linsheng_owner, audit_owner TO migrator WITH INHERIT FALSE, SET TRUE")
    admin.execute("GRANT tenant TO migrator WITH ADMIN OPTION, INHERIT FALSE, SET FALSE")


def create_tenant_role(connection: Connection[Any], schema: str) -> None:
    """Create one tenant's role if the cluster lacks it: roles belong to all databases and are in no backup."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [schema]).fetchone():
        name = sql.Identifier(schema)
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(name))
        connection.execute(sql.SQL("GRANT tenant TO {} WITH INHERIT TRUE, SET FALSE").format(name))
        connection.execute(sql.SQL("GRANT {} TO app, worker WITH INHERIT FALSE, SET TRUE").format(name))


def create_database(admin: Connection[Any], name: str) -> None:
    """Create the database if it is missing. `admin` must be in autocommit mode."""
    if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))


def apply_guards(admin: Connection[Any], database: str) -> None:
    """Close what PostgreSQL leaves open to every role, in the database that `admin` is connected to.

    Run again after a restore or a clone: both lose the database's ACL and `ALTER ROLE … IN DATABASE`.
    """
    name = sql.Identifier(database)
    trusted = sql.SQL(", ").join(map(sql.Identifier, TRUSTED))
    run = admin.execute
    run(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    run(sql.SQL("GRANT CONNECT ON DATABASE {} TO app, worker, relay, migrator").format(name))
    run(sql.SQL("GRANT CREATE ON DATABASE {} TO migrator, linsheng_owner, audit_owner").format(name))
    run("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    run("REVOKE ALL ON SCHEMA information_schema FROM PUBLIC")
    run("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
    run("REVOKE USAGE ON LANGUAGE sql FROM PUBLIC")
    run(sql.SQL("GRANT USAGE ON LANGUAGE plpgsql TO linsheng_owner, audit_owner"))
    for login in ("app", "worker", "relay"):
        # Empty, and only there to be first in the search path of a login that has not switched: without it
        # pg_temp would be first, and current_schema() would try to create the temporary schema.
        run(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(login)))
        run(sql.SQL("GRANT USAGE ON SCHEMA {0} TO {0}").format(sql.Identifier(login)))
    _revoke_catalogues(admin, trusted)
    for role, limits in LIMITS.items():
        settings = {**limits} if role == "migrator" else {**limits, "search_path": '"$user", pg_temp'}
        for key, value in settings.items():
            run(
                sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}").format(
                    sql.Identifier(role),
                    name,
                    sql.Identifier(key),
                    sql.Literal(value) if key != "search_path" else sql.SQL(value),
                )
            )


def _revoke_catalogues(admin: Connection[Any], trusted: sql.Composed) -> None:
    relations = admin.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v')"
        " AND relname NOT IN ('pg_authid', 'pg_user_mapping', 'pg_subscription', 'pg_statistic', 'pg_largeobject',"
        " 'pg_statistic_ext_data', 'pg_shadow', 'pg_hba_file_rules', 'pg_ident_file_mappings', 'pg_file_settings')"
    ).fetchall()
    listed = sql.SQL(", ").join(sql.Identifier("pg_catalog", row[0]) for row in relations)
    admin.execute(sql.SQL("REVOKE ALL ON {} FROM PUBLIC").format(listed))
    admin.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(listed, trusted))
    functions = admin.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
        " AND prokind = 'f' AND proname ~ %s",
        [RISKY],
    ).fetchall()
    named = sql.SQL(", ").join(sql.SQL(row[0]) for row in functions)
    admin.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(named))
    admin.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(named, trusted))


def set_password(admin: Connection[Any], role: str) -> str:
    """Give a process role a new random password and return it."""
    password = secrets.token_urlsafe(24)
    admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
    return password


def dsn_for(admin_url: str, role: str, password: str, database: str) -> str:
    """The admin's address with another role, password and database."""
    parts = conninfo_to_dict(admin_url)
    parts.update(user=role, password=password, dbname=database)
    return make_conninfo("", **{k: v for k, v in parts.items() if v is not None})
