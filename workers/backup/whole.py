"""Restore everything, on this machine or a new one: beside what is there, and swapped in when it is proved."""

from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
from psycopg import Connection, sql

from saas.ciphers import keys_of
from saas.identity.rekey import rekey
from saas.problem import Problem
from saas.tenancy import guards, roles
from saas.tenancy.bootstrap import write_dsns
from saas.tenancy.migrate import latest, migrate_platform, migrate_tenants
from workers.admin import inside
from workers.backup import after, shelf
from workers.backup.manifest import DATABASE, FILES, Manifest
from workers.backup.programs import run

PARTING = 2.0  # seconds; a program that has ended may be connected a moment longer


def restore(url: str, database: str, home: Path, folder: Path, manifest: Manifest) -> int:
    """Put platform, tenants and files back; returns how many mails are held.

    Roles belong to the cluster and are in no dump: they are made again, with all guards and new addresses.
    Raises Problem; until the swap at the end nothing that was there has changed.
    """
    draft, before = f"{database}_restoring", f"{database}_before"
    with psycopg.connect(inside(url, "postgres"), autocommit=True) as admin:
        check(admin, url, database, manifest)
        roles.create_roles(admin)
        for tenant in manifest.tenants:
            roles.create_tenant_role(admin, tenant.schema)
        for left in (draft, before):  # of a restore that was cut off
            _drop(admin, left)
        roles.create_database(admin, draft)
        try:
            run("pg_restore", "--exit-on-error", "--dbname", draft, folder / DATABASE, dsn=inside(url, draft))
            held = _prove(inside(url, draft), draft, manifest, home)
        except (Problem, psycopg.Error, RuntimeError) as refusal:
            _drop(admin, draft)
            raise Problem(f"没有恢复，原有数据未动：{refusal}") from refusal
        shelf.unpack(folder / FILES, home, {tenant.schema for tenant in manifest.tenants})
        _swap(admin, database, draft, before)
        dsns = write_dsns(admin, url, home, database)
        guards.check(dsns["app"])
        _drop(admin, before)
    return held


def check(admin: Connection[Any], url: str, database: str, manifest: Manifest) -> None:
    """Raises Problem for half a backup, a newer release's, another installation's, or while the product runs."""
    if not manifest.whole:
        raise Problem("这份备份只有一个项目：请用 --tenant 指明它")
    if manifest.version > latest():
        raise Problem(f"这份备份由更新的版本制作（{manifest.version} > {latest()}）：请先升级邻声")
    if not _exists(admin, database):
        return
    patience = monotonic() + PARTING
    while busy := _connections(admin, database):
        if monotonic() > patience:
            raise Problem(f"数据库 {database} 还有 {busy} 个连接：请先停止邻声的全部进程，再恢复")
        sleep(0.05)
    with psycopg.connect(inside(url, database), autocommit=True) as here:
        if here.execute("SELECT to_regclass('platform.companies')").fetchone() != (None,):
            own = {row[0] for row in here.execute("SELECT id::text FROM platform.companies")}
            if own and own.isdisjoint(tenant.company_id for tenant in manifest.tenants):
                raise Problem(f"数据库 {database} 里是别的公司：这是别的系统的备份，没有恢复")


def _connections(admin: Connection[Any], database: str) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
    (count,) = admin.execute(query, [database]).fetchone() or (0,)
    return int(count)


def _prove(dsn: str, database: str, manifest: Manifest, home: Path) -> int:
    with psycopg.connect(dsn, autocommit=True) as admin:
        with admin.transaction():
            roles.apply_guards(admin, database)
        for tenant in manifest.tenants:
            with admin.transaction():
                after.continue_history(admin, tenant)
        held = after.hold_mail(admin)
        migrate_platform(admin)
        rekey(admin, keys_of(home))
        migrate_tenants(dsn)
        lost = guards.unlocked(admin)
    if lost:
        raise Problem(f"缺少防护：{'；'.join(lost)}")
    return held


def _swap(admin: Connection[Any], database: str, draft: str, before: str) -> None:
    with admin.transaction():
        if _exists(admin, database):
            admin.execute(_rename(database, before))
        admin.execute(_rename(draft, database))


def _rename(old: str, new: str) -> sql.Composed:
    return sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))


def _exists(admin: Connection[Any], database: str) -> bool:
    return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


def _drop(admin: Connection[Any], database: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
