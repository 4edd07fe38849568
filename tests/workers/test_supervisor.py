"""The supervisor restarts what ends, stops in order, and cleans up after one that was killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import psutil
import pytest

from workers.runfile import AlreadyRunning
from workers.supervisor import Child, Supervisor

ROOT = Path(__file__).parents[2]


def python(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def within(seconds: float, holds: Callable[[], bool]) -> Callable[[], bool]:
    """`holds`, but failing the test when it takes longer than `seconds`."""
    patience = time.monotonic() + seconds

    def check() -> bool:
        assert time.monotonic() < patience, "took too long"
        return holds()

    return check


LOOP = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_DFL)\nwhile True: time.sleep(60)"
# Writes its name when it is told to stop.
FAREWELL = (
    "import signal, sys, time\n"
    "def end(*_): open(sys.argv[1], 'a').write(sys.argv[2] + ' '); sys.exit()\n"
    "signal.signal(signal.SIGTERM, end); open(sys.argv[1] + sys.argv[2], 'w')\n"
    "while True: time.sleep(60)"
)


def test_dead_child_is_started_again(tmp_path: Path) -> None:
    births = tmp_path / "births"
    code = "import os, sys\nopen(sys.argv[1], 'a').write('x')\nprint('dying'); os.kill(os.getpid(), 9)"
    said: list[str] = []
    with Supervisor(tmp_path, say=said.append) as supervisor:
        supervisor.spawn(Child("mortal", python(code, births)))
        supervisor.watch(Event(), until=within(20, lambda: births.exists() and len(births.read_text()) >= 3))
    assert "0.5 秒后" in said[0]
    assert "1 秒后" in said[1]
    assert (tmp_path / "log" / "mortal.log").read_text().startswith("dying")


def test_stops_doors_then_last_started_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    names = ("door", "first", "second")
    with Supervisor(tmp_path) as supervisor:
        for name in names:
            supervisor.spawn(Child(name, python(FAREWELL, order, name), door=name == "door"))
        supervisor.watch(Event(), until=within(20, lambda: all(Path(f"{order}{name}").exists() for name in names)))
    assert order.read_text().split() == ["door", "second", "first"]
    assert not (tmp_path / "run.json").exists()


def test_child_that_will_not_stop_is_killed_with_its_family(tmp_path: Path) -> None:
    code = (
        "import signal, subprocess, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"p = subprocess.Popen([sys.executable, '-c', {LOOP!r}], start_new_session=True)\n"
        "open(sys.argv[1], 'w').write(str(p.pid)); p.wait()"
    )
    grandchild = tmp_path / "grandchild"
    with Supervisor(tmp_path) as supervisor:
        supervisor.spawn(Child("deaf", python(code, grandchild), patience=0.2))
        supervisor.watch(Event(), until=within(20, lambda: grandchild.exists() and grandchild.read_text() != ""))
        pid = int(grandchild.read_text())
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_once_ends_when_it_succeeded_and_gives_up_when_it_cannot(tmp_path: Path) -> None:
    said: list[str] = []
    runs = tmp_path / "runs"
    with Supervisor(tmp_path, say=said.append) as supervisor:
        supervisor.spawn(Child("good", python("open(__import__('sys').argv[1], 'a').write('x')", runs), once=True))
        supervisor.spawn(Child("bad", python("raise SystemExit(3)"), once=True))
        supervisor.watch(Event(), until=within(20, lambda: any("不再重试" in line for line in said)))
    assert runs.read_text() == "x"
    assert all("good" not in line for line in said)


def test_child_gets_its_own_settings(tmp_path: Path) -> None:
    result = tmp_path / "result"
    code = "import os, sys; open(sys.argv[1], 'w').write(os.environ['COLOUR'])"
    with Supervisor(tmp_path) as supervisor:
        supervisor.spawn(Child("painter", python(code, result), {"COLOUR": "绿"}, once=True))
        supervisor.watch(Event(), until=within(20, lambda: result.exists() and result.read_text() != ""))
    assert result.read_text() == "绿"


def test_second_supervisor_is_told_where_the_first_is(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.file.announce("http://127.0.0.1:8123")
        with pytest.raises(AlreadyRunning, match=rf"http://127.0.0.1:8123（进程 {os.getpid()}）"):
            Supervisor(tmp_path).__enter__()


def test_leftovers_of_a_killed_supervisor_are_ended(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from threading import Event\n"
        "from workers.supervisor import Child, Supervisor\n"
        "with Supervisor(Path(sys.argv[1])) as s:\n"
        f"    s.spawn(Child('orphan', [sys.executable, '-c', {LOOP!r}])); print('up', flush=True); s.watch(Event())"
    )
    with subprocess.Popen([sys.executable, "-c", script, tmp_path], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGKILL)
    orphan = psutil.Process(json.loads((tmp_path / "run.json").read_text())["children"]["orphan"]["pid"])
    assert orphan.is_running()

    said: list[str] = []
    with Supervisor(tmp_path, say=said.append):
        assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    assert "1 个" in said[0]


def test_stranger_with_a_recorded_number_is_left_alone(tmp_path: Path) -> None:
    record = {"pid": 1, "token": "0" * 32, "children": {"old": {"pid": os.getppid(), "started": 1.0}}}
    (tmp_path / "run.json").write_text(json.dumps(record))
    with Supervisor(tmp_path):
        assert psutil.pid_exists(os.getppid())


@pytest.mark.parametrize("damage", ["", "{", "[]", "null"])
def test_damaged_record_does_not_stop_the_start(tmp_path: Path, damage: str) -> None:
    (tmp_path / "run.json").write_text(damage)
    with Supervisor(tmp_path):
        pass


class Fragile:
    """A server that is dead until it was started twice."""

    def __init__(self) -> None:
        self.starts = 0

    def start(self) -> str:
        self.starts += 1
        return "somewhere"

    def alive(self) -> bool:
        return self.starts > 1

    def stop(self) -> None:
        pass


def test_dead_server_is_started_again(tmp_path: Path) -> None:
    server = Fragile()
    with Supervisor(tmp_path, say=lambda _: None) as supervisor:
        supervisor.serve("fragile", server)
        supervisor.watch(Event(), until=within(20, lambda: server.starts == 2))
