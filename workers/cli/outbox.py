"""`bin/manage outbox list|retry|drop`: jobs that wait, and those that were given up and need a person."""

import argparse
import getpass
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from saas import clock
from saas.config import Config
from saas.problem import Problem
from workers.admin import awake, home_folder

LIST = """
SELECT o.id, coalesce(t.name, '（平台）'), o.job, o.tries, o.failure, o.run_at, o.given_up_at IS NOT NULL AS given_up
FROM platform.outbox o LEFT JOIN platform.tenants t ON t.schema_name = o.tenant
WHERE (o.given_up_at IS NOT NULL OR %(all)s)
  AND NOT EXISTS (SELECT 1 FROM platform.job_done d WHERE d.outbox_id = o.id
                  AND d.tenant = CASE o.tenant WHEN 'app' THEN 'worker' ELSE o.tenant END)
ORDER BY o.given_up_at IS NULL, o.run_at LIMIT 200"""
FIND = "SELECT id, job, tenant FROM platform.outbox WHERE given_up_at IS NOT NULL AND id::text LIKE %s"
# The tries stay: together with the row they name the job in the queue, and a used name would be refused there.
RETRY = "UPDATE platform.outbox SET given_up_at = NULL, enqueued_at = NULL, run_at = %s WHERE id = %s"
DROP = "DELETE FROM platform.outbox WHERE id = %s"
EVENT = """
INSERT INTO platform.events (id, name, subject_type, subject_id, actor_name, data, occurred_at)
VALUES (%s, %s, 'outbox', %s, %s, %s, %s)"""
SHORTEST = 8


def register(commands: Any) -> None:
    """Add the group."""
    group: argparse.ArgumentParser = commands.add_parser("outbox", help="查看、重试或放弃没有完成的后台任务")
    verbs = group.add_subparsers(title="操作", metavar="操作", required=True)
    verb = verbs.add_parser("list", help="列出等待人工处理的任务")
    verb.add_argument("--all", action="store_true", help="也列出正在等待执行的任务（最多 200 个）")
    verb.set_defaults(run=_list)
    for name, words, run in (("retry", "再试一次", _retry), ("drop", "放弃，不再执行", _drop)):
        verb = verbs.add_parser(name, help=words)
        verb.add_argument("ids", nargs="+", metavar="编号", help=f"任务编号，可以只写前 {SHORTEST} 位")
        verb.set_defaults(run=run)


def _list(wish: argparse.Namespace) -> None:
    relay = Config.load().dsns["relay"]
    with awake(home_folder()), psycopg.connect(relay, autocommit=True) as connection:
        rows = connection.execute(LIST, {"all": wish.all}).fetchall()
    for row, place, job, tries, failure, run_at, given_up in rows:
        why = "备份之后可能已发出，请人工决定" if failure == "restored" else failure or "没有结果"
        when = clock.local(run_at)
        state = f"已放弃（试了 {tries} 次）：{why}" if given_up else "等待执行"
        print(f"{str(row)[:SHORTEST]}  {when:%Y-%m-%d %H:%M}  {place}  {job}  {state}")
    if not rows:
        print("没有需要处理的任务。")
    elif any(row[-1] for row in rows):
        print("再试一次：bin/manage outbox retry 编号；不再执行：bin/manage outbox drop 编号")


def _retry(wish: argparse.Namespace) -> None:
    for row in _decide(wish.ids, "outbox.retried", RETRY):
        print(f"{row[:SHORTEST]} 已放回队列")


def _drop(wish: argparse.Namespace) -> None:
    for row in _decide(wish.ids, "outbox.dropped", DROP):
        print(f"{row[:SHORTEST]} 已放弃")


def _decide(ids: list[str], event: str, statement: str) -> list[str]:
    dsns, by = Config.load().dsns, f"运维 {getpass.getuser()}"
    done = []
    with (
        awake(home_folder()),
        psycopg.connect(dsns["relay"], autocommit=True) as relay,
        psycopg.connect(dsns["app"], autocommit=True) as app,
    ):
        for row, job, tenant in [_find(relay, each) for each in ids]:
            facts = Jsonb({"job": job, "tenant": tenant})
            app.execute(EVENT, [uuid4(), event, row, by, facts, clock.now()])
            relay.execute(statement.encode(), [clock.now(), row] if statement is RETRY else [row])
            done.append(row)
    return done


def _find(relay: Connection[Any], start: str) -> tuple[str, str, str]:
    if len(start) < SHORTEST or not set(start.lower()) <= set("0123456789abcdef-"):
        raise Problem(f"{start} 不是任务编号：请照 bin/manage outbox list 的第一列填写，至少 {SHORTEST} 位")
    rows = relay.execute(FIND, [f"{start.lower()}%"]).fetchall()
    if len(rows) != 1:
        how = "有好几个任务以它开头，请多写几位" if rows else "没有这个等待处理的任务"
        raise Problem(f"{start}：{how}，什么都没有改动")
    return str(rows[0][0]), rows[0][1], rows[0][2]
