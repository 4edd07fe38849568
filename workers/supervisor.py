"""Keeps processes running: starts them in order, restarts those that end, stops them in reverse order.

It knows nothing of what they do. What it started is written to `<home>/run.json`, so that the next supervisor of the
same home can end what a killed one left behind.
"""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from threading import Event
from time import monotonic
from typing import Protocol, Self

from workers.embedded.server import DidNotStart, halt, open_log
from workers.runfile import RunFile

TICK = 0.1
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
HEALTHY_AFTER = 30.0  # a process that lived this long begins again with the shortest pause
TRIES_ONCE = 3


class Server(Protocol):
    """An embedded server: it starts, says whether it lives, and stops."""

    def start(self) -> str: ...
    def alive(self) -> bool: ...
    def stop(self) -> None: ...


@dataclass(frozen=True)
class Child:
    """A command to keep running (`once`: until it has succeeded); `patience` in seconds between SIGTERM and SIGKILL.

    A `door` lets people in: it is closed first when everything stops. One that speaks `aloud` writes to our own output.
    """

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    door: bool = False
    aloud: bool = False
    patience: float = 10


@dataclass
class Kept:
    """A server or child with its present process and the failures in a row so far."""

    name: str
    child: Child | None = None
    server: Server | None = None
    process: subprocess.Popen[bytes] | None = None
    born: float = 0
    failures: int = 0
    due: float | None = None
    finished: bool = False

    def alive(self) -> bool:
        """Whether its process runs now."""
        if self.server:
            return self.server.alive()
        return bool(self.process and self.process.poll() is None)


class Supervisor:
    """Runs the processes of one home. Raises AlreadyRunning on entering when another supervisor does."""

    def __init__(self, home: Path, *, say: Callable[[str], object] = print) -> None:
        self.home = home
        self.say = say
        self.file = RunFile(home)
        self._kept: list[Kept] = []

    def __enter__(self) -> Self:
        if left := self.file.claim():
            self.say(f"上次没有正常停止，已结束遗留的进程：{left} 个")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything: doors, then the last started first."""
        self._kept.reverse()
        self._kept.sort(key=lambda kept: not (kept.child and kept.child.door))
        for kept in self._kept:
            self._stop(kept)
        self.file.release()

    def serve(self, name: str, server: Server) -> str:
        """Start an embedded server and answer its URL. Raises DidNotStart or InUse."""
        url = server.start()
        self._kept.append(Kept(name, server=server, born=monotonic()))
        return url

    def spawn(self, child: Child) -> None:
        """Start `child`; its output goes to `<home>/log/<name>.log`."""
        kept = Kept(child.name, child=child)
        self._kept.append(kept)
        self._start(kept)

    def watch(self, stop: Event, until: Callable[[], bool] = lambda: False) -> bool:
        """Restart what ends, until `stop` is set (False) or `until()` holds (True)."""
        while not stop.is_set():
            if until():
                return True
            for kept in self._kept:
                if not kept.finished and not kept.alive():
                    self._revive(kept)
            stop.wait(TICK)
        return False

    def _start(self, kept: Kept) -> None:
        if kept.server:
            kept.server.stop()
            kept.server.start()
        elif kept.child:
            with open_log(self.home / "log" / f"{kept.name}.log") as log:
                kept.process = subprocess.Popen(  # noqa: S603
                    [os.fspath(word) for word in kept.child.command],
                    env=os.environ | kept.child.environment | self.file.mark,
                    stdin=subprocess.DEVNULL,
                    stdout=None if kept.child.aloud else log,
                    stderr=log,
                    start_new_session=True,  # a terminal's Ctrl-C is for us alone: we stop in order
                )
            self.file.note(kept.name, kept.process.pid)
        kept.born, kept.due = monotonic(), None

    def _revive(self, kept: Kept) -> None:
        if kept.due is None:
            _end_group(kept)  # or the orphans of a killed web server would keep its port and answer
            code = kept.process.returncode if kept.process else None
            if kept.child and kept.child.once and code == 0:
                kept.finished = True
                return
            kept.failures = 1 if monotonic() - kept.born > HEALTHY_AFTER else kept.failures + 1
            reason = f"（代码 {code}）" if code is not None else ""
            if kept.child and kept.child.once and kept.failures == TRIES_ONCE:
                kept.finished = True
                self.say(f"{kept.name} 失败了 {TRIES_ONCE} 次{reason}，不再重试，见 {self._log(kept)}")
                return
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (kept.failures - 1))
            kept.due = monotonic() + pause
            self.say(f"{kept.name} 停了{reason}，{pause:g} 秒后重新启动，见 {self._log(kept)}")
        elif monotonic() >= kept.due:
            try:
                self._start(kept)
            except (DidNotStart, OSError) as error:
                self.say(f"{kept.name} 没有启动：{error}")
                kept.born, kept.due = monotonic(), None

    def _stop(self, kept: Kept) -> None:
        if kept.server:
            kept.server.stop()
        elif kept.child and kept.process:
            if kept.process.poll() is None:
                halt(kept.process, SIGTERM, seconds=kept.child.patience)
            _end_group(kept)

    def _log(self, kept: Kept) -> Path:
        return self.home / "log" / f"{kept.name}.log"


def _end_group(kept: Kept) -> None:
    """End what an ended child had started itself and did not stop."""
    if kept.process:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(kept.process.pid, SIGKILL)
