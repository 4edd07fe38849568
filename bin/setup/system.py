"""Libraries of the operating system: what WeasyPrint draws with, and Chromium for the browser tests.

As root on Debian or Ubuntu they are installed; any other user gets the same packages unpacked under `.local/system`.
Without them the product runs, but makes no PDF; the browser tests are skipped and say so.
"""

import ctypes
import os
import platform
import shutil
from contextlib import suppress
from pathlib import Path

from . import LOCAL
from .steps import Problem, run, step

PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig"]
LIBRARIES = ["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1"]
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
UNPACKED = LOCAL / "system"
COMPLETE = UNPACKED / "complete"
HOMEBREW = ["/opt/homebrew/lib", "/usr/local/lib"]


def install(*, dev: bool) -> None:
    """Make the libraries available, and for `dev` a browser; what cannot be had is named with the line to type."""
    if not _has_pango():
        _get(PANGO, "PDF 暂不可用", private=True)
    if dev and not browser():
        _get(["chromium"], "浏览器测试将跳过", private=False)


def browser() -> str | None:
    """The Chromium of this machine."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def environment() -> dict[str, str]:
    """Variables that let the product's programs find libraries in unusual places."""
    if platform.system() == "Darwin":
        return {"DYLD_FALLBACK_LIBRARY_PATH": ":".join(HOMEBREW)}
    if not COMPLETE.exists():
        return {}
    folders = sorted({str(file.parent) for file in UNPACKED.glob("usr/lib/*/*.so.*")})
    known = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": ":".join([*folders, *([known] if known else [])])}


def _has_pango() -> bool:
    if platform.system() == "Darwin":
        return any(Path(folder, "libpango-1.0.dylib").exists() for folder in HOMEBREW)
    try:
        for name in LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return COMPLETE.exists()
    return True


def _get(names: list[str], without: str, *, private: bool) -> None:
    line = f"sudo apt-get install {' '.join(names)}"
    try:
        if platform.system() == "Darwin":
            line = "brew install " + ("pango" if names == PANGO else "--cask chromium")
            raise Problem("")
        if not shutil.which("apt-get") or (names == ["chromium"] and not _debian()):
            line = f"用系统的包管理器安装 {' '.join(names)}（Ubuntu 的 chromium 只有 snap，可装 google-chrome）"
            raise Problem("")
        with step("系统软件 " + " ".join(names)):
            if os.geteuid() == 0:
                _apt(["install", "-y", *names])
            elif private:
                _unpack(names)
            else:
                raise Problem("")
    except Problem as problem:
        print(f"  缺少 {' '.join(names)}，{without}。要补上，请输入：{line}\n{problem}".rstrip(), flush=True)


def _apt(words: list[str], *options: str) -> None:
    options = ("-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3", "--no-install-recommends", *options)
    command = ["apt-get", *options]
    try:
        run([*command, *words], advice="", DEBIAN_FRONTEND="noninteractive")
    except Problem:  # a fresh system has no package lists yet, an old one asks for files that are gone
        with suppress(Problem):  # one unreachable source of several: the install will tell
            run([*command, "update"], advice="")
        run([*command, *words], advice="", DEBIAN_FRONTEND="noninteractive")


def _unpack(names: list[str]) -> None:
    """Download with apt's own verification, but with lists, cache and files in our folder: that needs no root."""
    own = LOCAL / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (own / folder).mkdir(parents=True, exist_ok=True)
    places = [f"Dir::State::lists={own}/lists", f"Dir::Cache={own}/cache", "Debug::NoLocking=1"]
    _apt(["install", "-y", "--download-only", *names], *(word for place in places for word in ("-o", place)))
    UNPACKED.mkdir(exist_ok=True)
    for package in (own / "cache/archives").glob("*.deb"):
        run(["dpkg-deb", "-x", package, UNPACKED], advice="")
    COMPLETE.touch()
    shutil.rmtree(own)


def _debian() -> bool:
    return platform.freedesktop_os_release().get("ID") == "debian"
