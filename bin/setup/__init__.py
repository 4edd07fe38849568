"""What every command under bin/ needs before it can start, made with the standard library alone."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"

if sys.version_info < (3, 11):  # noqa: UP036 - the very thing we tell people
    sys.exit("邻声 needs Python 3.11 or newer / 需要 Python 3.11 或更新版本")


def prepare(*, dev: bool = False) -> None:
    """Make `.venv`, the assets and the system libraries; `dev` adds what tests and checks need.

    What is there already costs a fraction of a second. Exits with a message that says what to do when something is
    out of reach.
    """
    from . import assets, packages, system
    from .steps import Problem, step

    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        with step(f"uv {packages.UV_VERSION}"):
            uv = packages.uv()
        with ThreadPoolExecutor(3) as side_by_side:
            waiting = [
                side_by_side.submit(packages.sync, uv, dev=dev),
                side_by_side.submit(assets.fetch, dev=dev),
                side_by_side.submit(system.install, dev=dev),
            ]
        for done in waiting:
            done.result()
    except Problem as problem:
        sys.exit(f"准备没有完成：{problem}")


def become(*command: str | Path) -> NoReturn:
    """Replace this process by a program of `.venv`; the caller's folder stays, so that relative paths mean the same."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    environment.pop("VIRTUAL_ENV", None)
    from . import system

    environment |= system.environment()
    program, *arguments = (os.fspath(word) for word in command)
    path = ROOT / ".venv" / "bin" / program
    os.execve(path, [str(path), *arguments], environment)  # noqa: S606
