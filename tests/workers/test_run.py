"""The one command: starts everything, survives the death of any part, stops in order."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Timer

import psutil
import pytest

from workers.embedded.postgres import Postgres

ROOT = Path(__file__).parents[2]
PATIENCE = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("run") / "a home"
    yield folder
    Postgres(folder).remove()


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@contextmanager
def running(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`bin/run` after its line that says it is ready; killed at the end if it still lives."""
    kept = {name: value for name, value in os.environ.items() if not re.search(r"_URL$|^LINSHENG_", name)}
    command = [sys.executable, "-P", "-m", "workers.run", "--no-demo", "--port", str(port), "--home", str(home)]
    environment = kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=home.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            lines = heard(process, "已就绪")
            assert f"http://127.0.0.1:{port}" in lines[-1]
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE)


def heard(process: subprocess.Popen[str], *words: str) -> list[str]:
    """What the command printed until all these words were in it."""
    assert process.stdout
    lines, missing = [], set(words)
    patience = Timer(PATIENCE, process.kill)  # then nothing more is printed
    patience.start()
    try:
        for line in process.stdout:
            lines.append(line)
            missing -= {word for word in missing if word in line}
            if not missing:
                return lines
    finally:
        patience.cancel()
    raise AssertionError(f"no {missing} in {lines}")


def ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def wait_ready(port: int) -> None:
    patience = time.monotonic() + PATIENCE
    while not ready(port):
        assert time.monotonic() < patience, "not ready"
        time.sleep(0.1)


def recorded(home: Path) -> dict[str, int]:
    children = json.loads((home / "run.json").read_text())["children"]
    return {name: child["pid"] for name, child in children.items()}


def servers(home: Path) -> dict[str, int]:
    places = {"postgres": Postgres(home).root, "valkey": home / "valkey"}
    return {name: int((place / "pid").read_text()) for name, place in places.items()}


def test_any_part_may_die(home: Path, port: int) -> None:
    with running(home, port) as process:
        wait_ready(port)
        dying = recorded(home) | servers(home)
        for pid in dying.values():
            os.kill(pid, signal.SIGKILL)
        heard(process, *(f"{name} 停了" for name in dying))
        wait_ready(port)
        assert "DATABASE_URL" not in psutil.Process(recorded(home)["web"]).environ()

        process.send_signal(signal.SIGKILL)
        process.wait()
    # A worker may be between two lives just then: Valkey was killed under it. The servers outlive their supervisor.
    left = list((recorded(home) | servers(home)).values())
    assert all(psutil.pid_exists(pid) for pid in servers(home).values())

    with running(home, port) as process:
        wait_ready(port)
        second = subprocess.run(
            [sys.executable, "-m", "workers.run", "--home", home], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert f"http://127.0.0.1:{port}" in second.stderr
        now = list((recorded(home) | servers(home)).values())
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    for pid in (*left, *now):
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    assert not (home / "run.json").exists()


def test_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = str(door.getsockname()[1])
        command = [sys.executable, "-m", "workers.run", "--home", tmp_path / "home", "--port", port]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"端口 {port} 已被别的程序占用" in done.stderr
    assert not (tmp_path / "home" / "log").exists()


@pytest.mark.rule("R1")
def test_a_regulation_with_a_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('id = "property"\n\nversion = 1\n')
    environment = os.environ | {"LINSHENG_PACKS": str(tmp_path)}
    command = [sys.executable, "-m", "workers.run", "--home", tmp_path / "home"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{tmp_path / 'bad.toml'}:3：" in done.stderr
    assert not (tmp_path / "home" / "log").exists()


@pytest.mark.parametrize("port", ["0", "70000", "abc", "-1", "八千"])
def test_senseless_port_is_explained(port: str) -> None:
    command = [sys.executable, "-m", "workers.run", f"--port={port}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "端口应是 1 到 65535 的整数" in done.stderr
