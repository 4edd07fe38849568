"""From an empty server to a database that is safe to serve: roles, guards, platform tables, tenants up to date."""

import os
from pathlib import Path

import psycopg

from saas.ciphers import keys_of
from saas.config import PROCESSES
from saas.identity.rekey import rekey
from saas.tenancy import guards, roles
from saas.tenancy.migrate import migrate_platform, migrate_tenants
from saas.tenancy.spares import build_spares


def bootstrap(admin_url: str, home: Path, *, database: str = "linsheng", spares: int = 8) -> dict[str, str]:
    """Prepare the server behind `admin_url` and write one DSN per process under `home/dsn`; returns them.

    Safe to run again: it creates what is missing, closes what was opened, migrates what is behind.
    Raises psycopg.errors.InsufficientPrivilege when the admin may not create roles, GuardMissing when a guard
    does not hold afterwards.
    """
    admin_dsn = roles.dsn_for(admin_url, _user(admin_url), _password(admin_url), database)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        roles.create_roles(admin)
        roles.create_database(admin, database)
    with psycopg.connect(admin_dsn, autocommit=True) as admin, admin.transaction():
        roles.apply_guards(admin, database)
        dsns = write_dsns(admin, admin_url, home, database)
    with psycopg.connect(dsns["migrator"], autocommit=True) as migrator:
        migrate_platform(migrator)
        rekey(migrator, keys_of(home))
    migrate_tenants(dsns["migrator"])
    build_spares(dsns["migrator"], spares)
    guards.check(dsns["app"])
    return dsns


def write_dsns(admin: psycopg.Connection, admin_url: str, home: Path, database: str) -> dict[str, str]:
    """Give each process role a new password and write its address under `home/dsn`, readable by the owner only."""
    folder = home / "dsn"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    dsns = {}
    for process in PROCESSES:
        dsns[process] = roles.dsn_for(admin_url, process, roles.set_password(admin, process), database)
        path = folder / process
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(dsns[process])
    return dsns


def _user(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url).get("user") or "postgres")


def _password(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url).get("password") or "")
