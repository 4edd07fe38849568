"""Python packages: a pinned uv, then exactly what uv.lock says, from PyPI or the mirror of the person's settings."""

import hashlib
import io
import os
import platform
import re
import sys
import zipfile
from pathlib import Path
from urllib.parse import urljoin

from . import LOCAL, ROOT
from .steps import Problem, get, run, sha256, step, write

UV_VERSION = "0.13.9"
PYPI = "https://pypi.org/simple"
WHEELS = {
    "Linux-x86_64": (
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    "Linux-aarch64": (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    "Darwin-arm64": (
        "macosx_11_0_arm64",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
    "Darwin-x86_64": (
        "macosx_10_12_x86_64",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
}
ADVICE = "请检查网络；使用镜像时设置 UV_DEFAULT_INDEX 或 PIP_INDEX_URL（例如 https://镜像/simple）后重试。"


def mirror() -> str | None:
    """The package index that the person's environment names, if it is not PyPI itself."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        url = os.environ.get(name, "").rstrip("/")
        if url:
            return None if url == PYPI else url
    return None


def uv() -> Path:
    """The pinned uv under `.local/tools`, fetched as a wheel: a bare Debian has neither pip nor venv."""
    program = LOCAL / "tools" / f"uv-{UV_VERSION}" / "uv"
    if program.exists():
        return program
    machine = f"{platform.system()}-{platform.machine()}"
    if machine not in WHEELS:
        raise Problem(f"没有适用于 {machine} 的安装包：支持 Linux（x86_64、aarch64）与 macOS。")
    tag, digest = WHEELS[machine]
    name = f"uv-{UV_VERSION}-py3-none-{tag}.whl"
    page = f"{mirror() or PYPI}/uv/"
    listing = get(page, accept="text/html", advice=ADVICE).decode(errors="replace")
    found = re.search(rf'href="([^"#]*{re.escape(name)})', listing)
    if not found:
        raise Problem(f"{page} 没有 {name}。{ADVICE}")
    wheel = get(urljoin(page, found[1]), advice=ADVICE)
    if hashlib.sha256(wheel).hexdigest() != digest:
        raise Problem(f"{name} 的校验和不符，未安装。{ADVICE}")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        write(program, archive.read(f"uv-{UV_VERSION}.data/scripts/uv"), 0o755)
    return program


def sync(uv: Path, *, dev: bool) -> None:
    """Bring `.venv` to the state of uv.lock; without `dev`, development packages that are there already stay."""
    settings = {
        "UV_PROJECT_ENVIRONMENT": str(ROOT / ".venv"),
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_SYSTEM_CERTS": "1",  # a company's own certificate authority is in the system's store
        "UV_NO_PROGRESS": "1",
        "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "hardlink"),
        "VIRTUAL_ENV": str(ROOT / ".venv"),
    }
    # Compiling takes seconds at install and saves more at each start, but uv looks at every file again each time.
    compiled = ROOT / ".venv" / "compiled"
    state = f"{sys.version} {sha256(ROOT / 'uv.lock')}"
    if not compiled.exists() or compiled.read_text() != state:
        settings["UV_COMPILE_BYTECODE"] = "1"
    groups = [] if dev else ["--no-dev"]
    project = ["--project", str(ROOT)]
    with step("Python 软件包"):
        if url := mirror():
            # The lock names PyPI as the source, which a mirror is not; its digests hold for every source.
            export = ["export", "--frozen", "--no-emit-project", "--quiet", *groups]
            wanted = LOCAL / "requirements.txt"
            write(wanted, run([uv, *export, *project], advice=ADVICE, **settings).encode())
            if not (ROOT / ".venv/bin/python").exists():
                run([uv, "venv", "--no-project", "--quiet", ROOT / ".venv"], advice=ADVICE, **settings)
            settings["UV_PYTHON"] = str(ROOT / ".venv/bin/python")
            install: list[str | Path] = ["pip", "install", "--require-hashes", "--no-deps", "--requirement", wanted]
            run([uv, *install, "--default-index", url], advice=ADVICE, **settings)
        else:
            exactness = [] if dev else ["--inexact"]
            run([uv, "sync", "--locked", *exactness, *groups, *project], advice=ADVICE, **settings)
        write(compiled, state.encode())
