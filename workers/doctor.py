"""Looks over a whole installation: guards, versions, spares, history, files, waiting jobs, heartbeats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, sql

from saas import clock, files, sealing
from saas.ciphers import keys_of
from saas.config import PROCESSES as PROCESS_ROLES
from saas.health import PROCESSES, STALE
from saas.identity.rekey import unreadable
from saas.tenancy import guards
from saas.tenancy.migrate import latest

FEWEST_SPARES = 1
BOOTSTRAP = "用管理员的 DATABASE_URL 运行 bin/manage bootstrap"
DIGESTS = """
SELECT n.nspname, c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attname = 'sha256' AND NOT a.attisdropped AND n.nspname = ANY(%s) ORDER BY 1, 2"""


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `advice` says what to do when it is not well."""

    area: str
    words: str
    advice: str = ""

    @property
    def well(self) -> bool:
        """Nothing to do."""
        return not self.advice


def examine(home: Path, dsns: dict[str, str]) -> Iterator[Finding]:
    """Everything there is to look at, in order."""
    strangers = [name for name in PROCESS_ROLES if not _may_log_in(dsns.get(name, ""))]
    yield Finding(
        "登录",
        f"不能登录：{'、'.join(strangers)}" if strangers else "各进程账号都能登录",
        BOOTSTRAP if strangers else "",
    )
    if strangers:
        return  # nothing else can be looked at
    for process in ("app", "worker"):
        with psycopg.connect(dsns[process], autocommit=True) as connection:
            lost = guards.missing(connection)
        words = f"缺少：{'；'.join(lost)}" if lost else f"{len(guards.PROBES)} 项全部就位"
        yield Finding(f"防护 {process}", words, BOOTSTRAP if lost else "")
    with psycopg.connect(dsns["migrator"], autocommit=True) as migrator:
        rows = _as_owner(migrator, "SELECT schema_name, version, company_id IS NULL FROM platform.tenants ORDER BY id")
        yield from _versions(rows)
        claimed = [schema for schema, _, spare in rows if not spare]
        yield _history(migrator, claimed)
        yield _files(migrator, home, claimed)
        yield _second_factors(migrator, home)
    with psycopg.connect(dsns["relay"], autocommit=True) as relay:
        yield _waiting(relay)
        yield _beats(relay)


def _may_log_in(dsn: str) -> bool:
    try:
        psycopg.connect(dsn or "host=/nowhere", connect_timeout=10).close()
    except psycopg.Error:
        return False
    return True


def _as_owner(migrator: Connection[Any], statement: str) -> list[Any]:
    with migrator.transaction():
        migrator.execute("SET LOCAL ROLE linsheng_owner")
        return migrator.execute(statement.encode()).fetchall()


def _versions(rows: list[Any]) -> Iterator[Finding]:
    behind = [schema for schema, version, _ in rows if version != latest()]
    spares = sum(spare for *_, spare in rows)
    words = f"{len(rows)} 个项目空间都是版本 {latest()}"
    if behind:
        words = f"{len(behind)} 个不是版本 {latest()}：{_some(behind)}"
    yield Finding("版本", words, "运行 bin/manage bootstrap，它会接着上次的进度升级" if behind else "")
    few = spares < FEWEST_SPARES
    yield Finding(
        "备用空间", f"{spares} 个", "运行 bin/manage bootstrap，或检查定时进程（scheduler）是否在运行" if few else ""
    )


def _history(migrator: Connection[Any], schemas: list[str]) -> Finding:
    broken = [f"{schema} 第 {found.position} 段" for schema in schemas if (found := sealing.verify(migrator, schema))]
    if broken:
        advice = "有人绕过系统改动过历史记录：保留现场，查数据库日志，与备份清单里的封存值比较"
        return Finding("历史", f"与封存不符：{_some(broken)}", advice)
    return Finding("历史", f"{len(schemas)} 个项目的封存全部相符")


def _files(migrator: Connection[Any], home: Path, schemas: list[str]) -> Finding:
    with migrator.transaction():
        migrator.execute("SET LOCAL ROLE linsheng_owner")
        wanted = set()
        for schema, table in migrator.execute(DIGESTS, [schemas]).fetchall():
            query = sql.SQL("SELECT sha256 FROM {}.{} WHERE sha256 IS NOT NULL").format(
                *map(sql.Identifier, (schema, table))
            )
            wanted |= {(schema, row[0]) for row in migrator.execute(query)}
    bad = [
        f"{schema}/{digest[:12]}（{words}）"
        for schema, digest in sorted(wanted)
        if (words := _fault(home, schema, digest))
    ]
    if bad:
        return Finding("文件", f"{len(bad)} 个有问题：{_some(bad)}", "从备份恢复这些文件：bin/manage backup restore")
    return Finding("文件", f"{len(wanted)} 个文件都在，内容相符")


def _fault(home: Path, schema: str, digest: str) -> str:
    try:
        files.read(schema, digest, home)
    except FileNotFoundError:
        return "缺失"
    except ValueError:
        return "内容被改动"
    return ""


def _second_factors(migrator: Connection[Any], home: Path) -> Finding:
    lost = unreadable(migrator, keys_of(home))
    if lost:
        advice = f"放回与这个数据库配套的 {home}/secret；找不到时逐个运行 bin/manage people reset-second-factor"
        return Finding("两步验证", f"{lost} 个账号的密钥打不开", advice)
    return Finding("两步验证", "密钥与数据库相配")


def _waiting(relay: Connection[Any]) -> Finding:
    row = relay.execute("SELECT count(*) FROM platform.outbox WHERE given_up_at IS NOT NULL").fetchone()
    count = row[0] if row else 0
    advice = "运行 bin/manage outbox list，逐个决定重试或放弃" if count else ""
    return Finding("后台任务", f"{count} 个已放弃，等人处理" if count else "没有放弃的任务", advice)


def _beats(relay: Connection[Any]) -> Finding:
    seen = dict(relay.execute("SELECT process, beat_at FROM platform.heartbeats").fetchall())
    silent = [name for name in PROCESSES if name not in seen or clock.now() - seen[name] > STALE]
    advice = "启动 bin/run，或查看 log 文件夹里这些进程的日志" if silent else ""
    return Finding("进程", f"没有心跳：{'、'.join(silent)}" if silent else "全部在运行", advice)


def _some(names: list[str], most: int = 5) -> str:
    return "、".join(names[:most]) + (f" 等 {len(names)} 个" if len(names) > most else "")


def report(findings: Iterator[Finding], say: Callable[[str], object] = print) -> int:
    """Say each finding as it is made; the number of those that need somebody."""
    troubles = 0
    for each in findings:
        troubles += not each.well
        say(f"{'正常' if each.well else '异常'}  {each.area}：{each.words}")
        if each.advice:
            say(f"      → {each.advice}")
    say(f"发现 {troubles} 个问题。" if troubles else "一切正常。")
    return troubles
