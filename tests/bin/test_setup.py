"""Set-up believes a file only by its digest, and says what to do when something is out of reach."""

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bin"))

from setup import assets, packages, steps  # noqa: E402


def archive(**files: str) -> tarfile.TarFile:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as made:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/icons/{name}.svg")
            member.size = len(text)
            made.addfile(member, io.BytesIO(text.encode()))
    return tarfile.open(fileobj=io.BytesIO(data.getvalue()))


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, bytes]]:
    """A package registry on the loopback: path → bytes."""
    content: dict[str, bytes] = {}

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = content.get(self.path)
            self.send_response(200 if data is not None else 404)
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        for name in ("http_proxy", "HTTP_PROXY", "UV_DEFAULT_INDEX", "UV_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", f"{url}/simple/")
        monkeypatch.setenv("npm_config_registry", url)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        yield content
        server.shutdown()
        thread.join()


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    modules: list[tuple[ModuleType, str]] = [(packages, "LOCAL"), (assets, "ROOT")]
    for module, name in modules:
        monkeypatch.setattr(module, name, tmp_path)
    return tmp_path


def test_sprite_holds_the_icons_of_the_list_only() -> None:
    bell = '<!-- @license -->\n<svg\n  class="x"\n>\n  <path d="M1" />\n  <path d="M2" />\n</svg>\n'
    made = assets.sprite("# a comment\nbell  # the bell\n\n", archive(bell=bell, cake=bell), "<!-- x -->")
    assert '<symbol id="bell" viewBox="0 0 24 24"><path d="M1" /><path d="M2" /></symbol>' in made
    assert "cake" not in made


def test_unknown_icon_names_its_line() -> None:
    with pytest.raises(steps.Problem, match="第 2 行：没有名为 bel 的图标"):
        assets.sprite("bell\nbel", archive(bell="<svg></svg>"), "")


def test_icons_of_the_templates_are_on_the_list() -> None:
    listed = set(re.findall(r"^([a-z0-9-]+)", (ROOT / "saas/static/icons.txt").read_text(), re.MULTILINE))
    used = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(
            r"""\b(?:ui\.)?i\(['"]([a-z0-9-]+)['"]|icon=['"]([a-z0-9-]+)['"]""", template.read_text()
        )
    }
    assert {first or second for first, second in used} <= listed


def test_tampered_tool_is_refused(registry: dict[str, bytes], places: Path) -> None:
    tag, _ = packages.WHEELS["Linux-x86_64"]
    for tag, _ in packages.WHEELS.values():
        name = f"uv-{packages.UV_VERSION}-py3-none-{tag}.whl"
        registry["/simple/uv/"] = registry.get("/simple/uv/", b"") + f'<a href="../../files/{name}#sha256=0">'.encode()
        registry[f"/files/{name}"] = b"not what was pinned"
    with pytest.raises(steps.Problem, match="校验和不符"):
        packages.uv()
    assert not (places / "tools").exists()


def test_mirror_without_the_tool_says_how_to_choose_another(registry: dict[str, bytes], places: Path) -> None:
    registry["/simple/uv/"] = b"<html></html>"
    with pytest.raises(steps.Problem, match="UV_DEFAULT_INDEX"):
        packages.uv()


def test_tampered_asset_is_refused(registry: dict[str, bytes], places: Path) -> None:
    (places / "assets.lock").write_text(
        json.dumps(
            {
                "packages": [
                    {
                        "name": "@a/font",
                        "version": "1.0",
                        "integrity": "sha512-AAAA",
                        "files": [{"from": "a.ttf", "to": "fonts/a.ttf", "sha256": hashlib.sha256(b"a").hexdigest()}],
                    }
                ]
            }
        )
    )
    registry["/@a/font/-/font-1.0.tgz"] = b"something else"
    with pytest.raises(steps.Problem, match="校验和不符"):
        assets.fetch(dev=False)
    assert not (places / "fonts").exists()


def test_commands_explain_themselves_to_an_old_python() -> None:
    code = "import sys; sys.version_info = (3, 9); sys.path.insert(0, sys.argv[1]); import setup"
    done = subprocess.run([sys.executable, "-c", code, ROOT / "bin"], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr
