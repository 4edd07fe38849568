"""`bin/manage packs check|diff`: look a regulation over before it is used, and tell what a new version changes."""

import argparse
import sys
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from saas.policy.answers import off, unanswered
from saas.policy.difference import difference
from saas.policy.loader import every_version, load, read, shipped, versions
from saas.policy.pack import Pack
from saas.policy.source import PackError, Problem
from saas.policy.words import KINDS
from saas.problem import Problem as Refusal


def register(commands: Any) -> None:
    """Add the group."""
    group: argparse.ArgumentParser = commands.add_parser("packs", help="检查规程包，比较两个版本")
    verbs = group.add_subparsers(title="操作", metavar="操作", required=True)
    verb = verbs.add_parser(
        "check", help="检查规程包，逐条列出错误和行号",
        description="检查规程包：有错误时列出“文件:行号：说明”，退出码为 1；没有错误的，每个版本一行摘要。",
    )  # fmt: skip
    verb.add_argument("files", nargs="*", type=Path, metavar="文件", help="规程包文件；不写则检查正在使用的全部规程包")
    verb.set_defaults(run=check)
    verb = verbs.add_parser(
        "diff", help="用文字说明两个版本有什么不同",
        description="比较规程的两个版本。版本写成文件名，或“代号@版本”，例如 property@1.0。",
    )  # fmt: skip
    verb.add_argument("old", metavar="旧版", help="文件名，或 property@1.0")
    verb.add_argument("new", metavar="新版", help="文件名，或 property@2.0")
    verb.set_defaults(run=compare)


def check(wish: argparse.Namespace) -> int:
    """Check files together, as versions that follow each other. 1 when something is wrong."""
    from wsgi import slices  # the composition root knows which queries there are

    names = {name for each in slices() for name in each.evidence}
    paths = wish.files or shipped()
    found: list[Pack] = []
    problems: list[Problem] = []
    try:
        found += read(paths)
    except PackError as error:
        problems += error.problems
        wrong = {problem.path for problem in problems}
        found += [load(path) for path in paths if path not in wrong]
    problems += [problem for pack in found for problem in unanswered(pack, names)]
    for pack in found:
        if all(problem.path != pack.path for problem in problems):
            print(_summary(pack, names))
    for problem in problems:
        print(problem, file=sys.stderr)
    return min(len(problems), 1)


def _summary(pack: Pack, names: Collection[str]) -> str:
    kinds = Counter(clause.kind for clause in pack.clauses.values())
    counts = "、".join(f"{label} {kinds[kind]}" for kind, label in KINDS.items())
    since = f"{pack.valid_from} 起执行（{pack.approved.by} {pack.approved.on} 批准）"
    clauses = f"{len(pack.clauses)} 条（{counts}），未启用 {len(off(pack, names))} 条"
    return f"{pack.id} {pack.version}：{pack.title}，{since}，{clauses}"


def compare(wish: argparse.Namespace) -> None:
    """Tell what the second version changes."""
    old, new = _version(wish.old), _version(wish.new)
    print(f"{_named(old)} → {_named(new)}")
    groups = difference(old, new)
    for group, lines in groups:
        print(f"\n{group}")
        for line in lines:
            print(f"  {line}")
    if not groups:
        print("两个版本相同")


def _named(pack: Pack) -> str:
    return f"{pack.id} {pack.version}（{pack.valid_from} 起执行）"


def _version(wanted: str) -> Pack:
    """A file, or a version of the packs in use. Raises PackError, or Refusal when there is no such version."""
    pack_id, at, number = wanted.partition("@")
    if not at or Path(wanted).exists():
        return load(Path(wanted))
    try:
        known = versions(pack_id)
    except LookupError as error:
        there = "、".join(dict.fromkeys(pack.id for pack in every_version()))
        raise Refusal(f"没有叫 {pack_id} 的规程包，现有：{there}") from error
    for pack in known:
        if pack.version == number:
            return pack
    raise Refusal(f"{pack_id} 没有 {number} 版，现有：{'、'.join(pack.version for pack in known)}")
