"""Files of other people that are not Python: fetched by `assets.lock` from the npm registry, never committed.

`assets.lock` names each package with the SHA-512 of its archive, and each file with its SHA-256, so that files in place
are recognised without the network. Icons become one sprite with only the icons that `saas/static/icons.txt` names.
"""

import base64
import hashlib
import io
import json
import os
import re
import tarfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import ROOT
from .steps import Problem, get, sha256, step, write

NPM = "https://registry.npmjs.org"
ADVICE = "请检查网络；使用镜像时设置 npm_config_registry 后重试。"
ICONS = ROOT / "saas/static/icons.txt"
SPRITE = ROOT / "saas/static/vendor/icons.svg"


def fetch(*, dev: bool) -> None:
    """Put every file of the lock in its place; `dev` includes those that only tests need."""
    lock = json.loads((ROOT / "assets.lock").read_text())
    packages = [package for package in lock["packages"] if dev or not package.get("dev")]
    missing = [package for package in packages if not _in_place(package)]
    if not missing:
        return
    with step("字体、图标与脚本"), ThreadPoolExecutor(4) as side_by_side:
        for done in [side_by_side.submit(_place, package) for package in missing]:
            done.result()


def _in_place(package: dict[str, Any]) -> bool:
    if package.get("sprite"):
        return SPRITE.exists() and _stamp(package) in SPRITE.read_text()[:200]
    return all(sha256(ROOT / file["to"]) == file["sha256"] for file in package["files"])


def _place(package: dict[str, Any]) -> None:
    with tarfile.open(fileobj=io.BytesIO(_archive(package))) as archive:
        if package.get("sprite"):
            write(SPRITE, sprite(ICONS.read_text(), archive, _stamp(package)).encode())
            return
        for file in package["files"]:
            data = _member(archive, file["from"])
            if data is None or hashlib.sha256(data).hexdigest() != file["sha256"]:
                raise Problem(f"{package['name']} 里的 {file['from']} 与 assets.lock 不符。")
            write(ROOT / file["to"], data)


def _archive(package: dict[str, Any]) -> bytes:
    """The verified archive, from the person's cache or from the registry."""
    name, version = package["name"], package["version"]
    plain = name.rpartition("/")[2]
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cached = base / "linsheng" / f"{name.replace('/', '+')}-{version}.tgz"
    if cached.exists() and _digest(data := cached.read_bytes()) == package["integrity"]:
        return data
    registry = os.environ.get("npm_config_registry") or os.environ.get("NPM_CONFIG_REGISTRY")  # noqa: SIM112
    data = get(f"{(registry or NPM).rstrip('/')}/{name}/-/{plain}-{version}.tgz", advice=ADVICE)
    if _digest(data) != package["integrity"]:
        raise Problem(f"{name} {version} 的校验和不符，未使用。{ADVICE}")
    with suppress(OSError):  # no cache on a machine without a writable home
        write(cached, data)
    return data


def _digest(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def _member(archive: tarfile.TarFile, name: str) -> bytes | None:
    try:
        file = archive.extractfile(f"package/{name}")
    except KeyError:
        return None
    return file.read() if file else None


def _stamp(package: dict[str, Any]) -> str:
    names = hashlib.sha256(ICONS.read_bytes()).hexdigest()[:16]
    return f"<!-- {package['name']} {package['version']}, ISC License, list {names} -->"


def sprite(names: str, archive: tarfile.TarFile, stamp: str) -> str:
    """One SVG with a <symbol> for each name of the list (one a line, `#` is a comment); Problem for an unknown one."""
    symbols = []
    for number, line in enumerate(names.splitlines(), 1):
        name = line.partition("#")[0].strip()
        if not name:
            continue
        data = _member(archive, f"icons/{name}.svg")
        if data is None:
            raise Problem(f"saas/static/icons.txt 第 {number} 行：没有名为 {name} 的图标（见 lucide.dev）。")
        body = re.sub(r"^.*?<svg[^>]*>\s*|\s*</svg>\s*$", "", data.decode(), flags=re.DOTALL)
        body = re.sub(r">\s+<", "><", body)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{stamp}\n' + "\n".join(symbols) + "\n</svg>\n"
