"""Reads policy packs and checks them whole: an author gets every mistake at once, each with file and line (rule R1).

The versions of a regulation are files of one folder: the shipped one, or the one that LINSHENG_PACKS names. It is read
once per process.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

from saas import clock
from saas.policy import source
from saas.policy.build import build
from saas.policy.pack import Pack
from saas.policy.reading import Table
from saas.policy.source import PackError, Problem, Source

FOLDER = Path(__file__).with_name("packs")
VARIABLE = "LINSHENG_PACKS"


def load(path: Path) -> Pack:
    """Read one pack file. PackError with every mistake found, in Chinese, with file and line."""
    return _load(Path(path))[0]


def read(paths: Iterable[Path]) -> tuple[Pack, ...]:
    """Read pack files that belong together, by id and oldest first. PackError with the mistakes of all of them.

    Versions of one pack follow each other without overlap and without gap (R3).
    """
    found: list[tuple[Pack, Source]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(_load(Path(path)))
        except PackError as error:
            problems += error.problems
    found.sort(key=lambda each: (each[0].id, each[0].valid_from, str(each[0].path)))
    for _, versions in groupby(found, lambda each: each[0].id):
        problems += _succession(list(versions))
    if problems:
        raise PackError(problems)
    return tuple(pack for pack, _ in found)


def shipped() -> list[Path]:
    """The pack files of the folder in use. PackError when there are none."""
    folder = Path(os.environ.get(VARIABLE) or FOLDER)
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise PackError([Problem(folder, 1, f"这里没有规程包：请放入 .toml 文件，或改正环境变量 {VARIABLE}")])
    return paths


def versions(pack_id: str) -> tuple[Pack, ...]:
    """Every version of a pack, oldest first. LookupError when there is none, PackError when a file is wrong."""
    known = _known(os.environ.get(VARIABLE, ""))
    if pack_id not in known:
        raise LookupError(f"no policy pack {pack_id!r}")
    return known[pack_id]


def pack(pack_id: str, on: date | None = None) -> Pack:
    """The version in force on a day (today when not given). A period is judged by the one of its first day (R3).

    Before the first version, the first one. LookupError for an unknown pack.
    """
    day = on or clock.local(clock.now()).date()
    first, *later = versions(pack_id)
    return next((version for version in reversed(later) if version.valid_from <= day), first)


def packs() -> dict[str, Pack]:
    """The versions in force today, by pack id."""
    return {each: pack(each) for each in _known(os.environ.get(VARIABLE, ""))}


def every_version() -> tuple[Pack, ...]:
    """All versions of all packs: any of them may judge some period."""
    return tuple(each for versions in _known(os.environ.get(VARIABLE, "")).values() for each in versions)


@cache
def _known(_folder: str) -> Mapping[str, tuple[Pack, ...]]:
    return {each: tuple(versions) for each, versions in groupby(read(shipped()), lambda pack: pack.id)}


def _load(path: Path) -> tuple[Pack, Source]:
    file = source.read(path)
    pack = build(Table(file, (), file.data), path)
    if file.problems:
        raise PackError(file.problems)
    return pack, file


def _succession(versions: list[tuple[Pack, Source]]) -> Iterable[Problem]:
    """What is wrong between the versions of one pack, oldest first."""
    for (old, before), (new, after) in pairwise(versions):
        told, last_day = f"{new.version} 版（{new.path.name}，{new.valid_from} 起）", new.valid_from - timedelta(days=1)
        if new.valid_from == old.valid_from:
            message = f"与 {old.path.name} 的 id 和 valid_from 相同：请改生效日期"
            yield Problem(new.path, after.line(("valid_from",)), message)
        elif old.valid_until and old.valid_until != last_day:
            wrong = "重叠" if old.valid_until > last_day else "之间有几天没有版本"
            message = f"valid_until 与{told}{wrong}：请写 {last_day}，或删去这一行"
            yield Problem(old.path, before.line(("valid_until",)), message)
        if new.number <= old.number:
            message = f"version 要大于更早的 {old.version} 版（{old.path.name}，{old.valid_from} 起）：请改版本号"
            yield Problem(new.path, after.line(("version",)), message)
    last, file = versions[-1]
    if last.valid_until:
        message = f"{last.valid_until} 之后没有下一版接上：请加入下一版的文件，或删去这一行"
        yield Problem(last.path, file.line(("valid_until",)), message)
