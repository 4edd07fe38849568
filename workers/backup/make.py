"""Make a backup while people work: database, waiting jobs and seals in one snapshot, then the files it speaks of."""

import json
import shutil
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from saas import clock, sealing
from saas.problem import Problem
from saas.tenancy.migrate import latest
from workers.admin import inside
from workers.backup import manifest, shelf
from workers.backup.manifest import DATABASE, FILES, WAITING, Manifest, Tenant
from workers.backup.programs import run

TENANTS = """
SELECT t.schema_name, t.version, coalesce(c.id::text, ''), coalesce(c.slug, ''), coalesce(t.slug, ''),
       coalesce(t.name, '')
FROM platform.tenants t LEFT JOIN platform.companies c ON c.id = t.company_id ORDER BY t.id"""
UNDONE = """
SELECT id::text, tenant, queue, job, args, run_at::text, created_at::text, tries, given_up_at::text, failure
FROM platform.outbox o WHERE tenant = ANY(%s)
  AND NOT EXISTS (SELECT 1 FROM platform.job_done d WHERE d.outbox_id = o.id AND d.tenant = o.tenant)"""


def make(url: str, database: str, home: Path, to: Path, address: str | None = None) -> Path:
    """Back up everything, or the tenant at `company/project`, into a new folder below `to`; returns the folder.

    Raises Problem when there is no such tenant, the target cannot be written, or a program fails.
    """
    name = f"linsheng-{clock.now():%Y%m%dT%H%M%SZ}" + (f"-{address.replace('/', '-')}" if address else "")
    folder, draft = to / name, to / f"{name}.unfinished"
    if folder.exists():
        raise Problem(f"{folder} 已存在")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
    except OSError as refusal:
        raise Problem(f"不能写入 {to}：{refusal.strerror}") from None
    try:
        _fill(draft, inside(url, database), home, address)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _fill(draft: Path, dsn: str, home: Path, address: str | None) -> None:
    with psycopg.connect(dsn) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        tenants = _tenants(connection, address)
        schemas = [tenant.schema for tenant in tenants]
        waiting = connection.execute(UNDONE, [schemas]).fetchall()
        (draft / WAITING).write_text(json.dumps(waiting, ensure_ascii=False), encoding="utf-8")
        what = ["--schema=" + schemas[0]] if address else ["--schema=platform", "--schema=t_[0-9]*"]
        snapshot_id = snapshot[0] if snapshot else ""
        target = draft / DATABASE
        run("pg_dump", "--format=custom", f"--snapshot={snapshot_id}", *what, "--file", target, dsn=dsn)
    shelf.pack(home, schemas, draft / FILES)  # after the snapshot: a file is stored before its row is
    parts = {}
    for part in (DATABASE, WAITING, FILES):
        (draft / part).chmod(0o600)
        parts[part] = manifest.sha256(draft / part)
    manifest.write(draft, Manifest(clock.now().isoformat(), latest(), not address, tenants, parts))


def _tenants(connection: Connection[Any], address: str | None) -> list[Tenant]:
    found = []
    for row in connection.execute(TENANTS).fetchall():
        head = sealing.head(connection, row[0])
        tenant = Tenant(*[*row, head.position, head.hash])
        if not address or (tenant.company_id and address in (tenant.address, tenant.schema)):
            found.append(tenant)
    if address and not found:
        raise Problem(f"没有 {address}：请写成 公司/项目 的网址标识，例如 xiangrui/yunqi")
    return found
