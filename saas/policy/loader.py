"""Reads policy packs and checks them whole: an author gets every mistake at once, each with file and line (rule R1)."""

from datetime import date
from functools import cache
from pathlib import Path

from saas import clock
from saas.policy import source
from saas.policy.build import build
from saas.policy.pack import Pack
from saas.policy.reading import Table
from saas.policy.source import PackError, Problem

FOLDER = Path(__file__).with_name("packs")


def load(path: Path) -> Pack:
    """Read one pack file. PackError with every mistake found, in Chinese, with file and line."""
    file = source.read(Path(path))
    pack = build(Table(file, (), file.data))
    if file.problems:
        raise PackError(file.problems)
    return pack


@cache
def versions(pack_id: str) -> tuple[Pack, ...]:
    """Every version of a pack, oldest first. LookupError when there is none, PackError when a file is wrong."""
    found = sorted((pack for pack in _shipped() if pack.id == pack_id), key=lambda pack: pack.valid_from)
    if not found:
        raise LookupError(f"no policy pack {pack_id!r}")
    return tuple(found)


def pack(pack_id: str, on: date | None = None) -> Pack:
    """The version in force on a day (today when not given), so that the past is judged by its own rules (R3).

    Before the first version, the first one. LookupError for an unknown pack.
    """
    day = on or clock.local(clock.now()).date()
    first, *later = versions(pack_id)
    return next((version for version in reversed(later) if version.valid_from <= day), first)


def packs() -> dict[str, Pack]:
    """The versions in force today, by pack id."""
    return {each.id: pack(each.id) for each in _shipped()}


@cache
def _shipped() -> tuple[Pack, ...]:
    seen: dict[tuple[str, date], Path] = {}
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        one = load(path)
        twin = seen.setdefault((one.id, one.valid_from), path)
        if twin is not path:
            raise PackError([Problem(path, 1, f"与 {twin.name} 的 id 和 valid_from 相同：请改生效日期")])
        found.append(one)
    return tuple(found)
