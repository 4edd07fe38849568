"""Restore one tenant in place, in one transaction: until it commits, everybody sees what was there before.

A failure or a kill at any point leaves the old schema, because PostgreSQL rolls back the DROP with everything else.
"""

import json
import re
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, sql

from saas import clock
from saas.identity.actor import Actor
from saas.problem import Problem
from saas.tenancy import guards
from saas.tenancy.migrate import apply_to, latest
from saas.tenancy.roles import create_tenant_role
from saas.tenancy.spares import create_schema
from saas.tenancy.staff import Profile
from workers.admin import inside
from workers.backup import after, shelf
from workers.backup.manifest import DATABASE, FILES, WAITING, Manifest, Tenant
from workers.backup.programs import script

COPY = re.compile(rb"COPY .* FROM stdin;\n")
# People may have come and gone since, the head office may have described the project anew: both are the platform's
# knowledge and stay as they are now.
STAFF = """
INSERT INTO {}.staff (id, name, email, roles, since, ended_at)
SELECT u.id, u.name, u.email, m.roles, m.since, m.ended_at
FROM platform.memberships m JOIN platform.users u ON u.id = m.user_id
JOIN platform.tenants t ON t.id = m.tenant_id WHERE t.schema_name = %s
ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, roles = excluded.roles,
    ended_at = excluded.ended_at"""
# Told as an event, because the board asks the history on which basis a project was when (R3).
DESCRIBED = """
INSERT INTO {0}.events (id, name, subject_type, subject_id, actor_name, data, occurred_at)
SELECT gen_random_uuid(), 'project.described', 'profile', %s, %s, jsonb_build_object('changes', changes), %s
FROM (
    SELECT jsonb_object_agg(fact, jsonb_build_array(old, new)) AS changes
    FROM {0}.profile p JOIN platform.tenants t ON t.schema_name = %s CROSS JOIN LATERAL (
        VALUES ('fee_basis', p.fee_basis, t.fee_basis),
               ('handed_over_on', p.handed_over_on::text, t.handed_over_on::text)
    ) AS facts (fact, old, new) WHERE old IS DISTINCT FROM new
) AS told WHERE changes IS NOT NULL"""
FACTS = """
UPDATE {}.profile p SET fee_basis = t.fee_basis, handed_over_on = t.handed_over_on
FROM platform.tenants t WHERE t.schema_name = %s"""
WAITS = """
INSERT INTO platform.outbox (id, tenant, queue, job, args, run_at, created_at, tries, given_up_at, failure)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""


def restore(url: str, database: str, home: Path, folder: Path, manifest: Manifest, tenant: Tenant) -> int:
    """Put one tenant back to what it was; returns how many mails are held. Raises Problem; then nothing has changed."""
    with psycopg.connect(inside(url, database), autocommit=True) as connection:
        check(connection, manifest, tenant)
        shelf.unpack(folder / FILES, home, {tenant.schema})  # adds only: harmless if the rest fails
        try:
            with connection.transaction():
                return _replace(connection, folder, tenant)
        except psycopg.errors.LockNotAvailable:
            raise Problem("项目正在被使用，没有恢复：请停止邻声（或稍后）再试") from None
        except psycopg.Error as refusal:
            raise Problem(f"没有恢复，原有数据未动：{refusal}") from refusal


def check(connection: Connection[Any], manifest: Manifest, tenant: Tenant) -> None:
    """Raises Problem unless this backup belongs to the tenant of that name here and this release can read it."""
    if manifest.version > latest():
        raise Problem(f"这份备份由更新的版本制作（{manifest.version} > {latest()}）：请先升级邻声")
    row = connection.execute(
        "SELECT company_id::text FROM platform.tenants WHERE schema_name = %s", [tenant.schema]
    ).fetchone()
    if not row or row[0] != tenant.company_id:
        raise Problem(f"本系统的 {tenant.schema} 不是 {tenant.address}：这是别的系统的备份，没有恢复")


def _replace(connection: Connection[Any], folder: Path, tenant: Tenant) -> int:
    run, schema, name = connection.execute, tenant.schema, sql.Identifier(tenant.schema)
    run("SET LOCAL lock_timeout = '30s'")
    run("SELECT 1 FROM platform.tenants WHERE schema_name = %s FOR UPDATE", [schema])
    run(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
    create_tenant_role(connection, schema)
    create_schema(connection, schema)
    run("RESET ROLE")
    _load(connection, folder / DATABASE, schema)
    after.continue_history(connection, tenant)
    apply_to(connection, schema, tenant.version)
    run("RESET ROLE")
    by = Actor.system().name
    run(sql.SQL(DESCRIBED).format(name), [Profile().id, by, clock.now(), schema])
    for known in (STAFF, FACTS):
        run(sql.SQL(known).format(name), [schema])
    held = _waiting(connection, folder / WAITING, schema)
    after.measure_anew(connection, schema)
    lost = guards.unlocked(connection)
    if lost:
        raise Problem(f"恢复后缺少防护，已退回：{'；'.join(lost)}。请先运行 bin/manage bootstrap")
    return held


def _load(connection: Connection[Any], dump: Path, schema: str) -> None:
    connection.execute(b"".join(script(dump, schema, "pre-data")))
    lines = script(dump, schema, "data")
    for line in lines:
        if COPY.fullmatch(line):
            with connection.cursor().copy(line.rstrip(b";\n")) as rows:
                for row in lines:
                    if row == b"\\.\n":
                        break
                    rows.write(row)
        elif line.strip() and not line.startswith(b"--"):
            connection.execute(line)
    connection.execute(b"".join(script(dump, schema, "post-data")))


def _waiting(connection: Connection[Any], part: Path, schema: str) -> int:
    """The tenant's jobs as they waited then, in place of those that belong to what is gone."""
    connection.execute("DELETE FROM platform.outbox WHERE tenant = %s", [schema])
    connection.execute("DELETE FROM platform.job_done WHERE tenant = %s", [schema])
    for row in json.loads(part.read_text(encoding="utf-8")):
        if row[1] == schema:
            connection.execute(WAITS, row)
    return after.hold_mail(connection, schema)
