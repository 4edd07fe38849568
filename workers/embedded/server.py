"""Start one server process, wait until it answers, stop it; find the one that a killed parent left behind."""

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, BinaryIO

import psutil

LONG_LOG = 8 * 1024**2
START_SECONDS = 60.0  # crash recovery of a large cluster on a slow disk


class DidNotStart(RuntimeError):
    """The server ended, or did not answer in time; the message carries the end of its log."""


def launch(
    command: Sequence[str | Path],
    *,
    ready: Callable[[int], bool],
    log: Path,
    pidfile: Path,
    cwd: Path,
    **how: Any,
) -> subprocess.Popen[bytes]:
    """Run `command` in its own session (so that a terminal's Ctrl-C does not reach it) until `ready(pid)`.

    Raises DidNotStart. `pidfile` is what `reap` reads after this process was killed.
    """
    with open_log(log) as output:
        begin = output.tell()
        child = subprocess.Popen(  # noqa: S603
            [os.fspath(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            start_new_session=True,
            **how,
        )
    pidfile.write_text(str(child.pid))
    patience = monotonic() + START_SECONDS
    while not ready(child.pid):
        if child.poll() is not None or monotonic() > patience:
            halt(child, signal.SIGKILL)
            with log.open("rb") as text:
                text.seek(begin)
                raise DidNotStart(f"{Path(command[0]).name}: {text.read()[-2000:].decode(errors='replace')}")
        sleep(0.02)
    return child


def open_log(path: Path) -> BinaryIO:
    """Open a log for appending; a long one is put aside first (one generation is kept)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LONG_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def halt(child: subprocess.Popen[bytes], *signals: signal.Signals, seconds: float = 30) -> None:
    """Send the first signal, and each next one when the child has not ended after `seconds`."""
    for number in (*signals, signal.SIGKILL):
        with suppress(ProcessLookupError):
            child.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
            return


def gone(process: psutil.Process, seconds: float) -> bool:
    """Wait for a process that need not be our child; a zombie has ended, whether or not its parent collects it."""
    patience = monotonic() + seconds
    with suppress(psutil.NoSuchProcess):
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if monotonic() > patience:
                return False
            sleep(0.02)
    return True


def reap(pidfile: Path, mark: str, *signals: signal.Signals, seconds: float = 30) -> bool:
    """End the process of `pidfile` if it lives and still is ours (`mark` is among its arguments)."""
    try:
        process = psutil.Process(int(pidfile.read_text()))
        if mark not in process.cmdline():
            return False
        for number in (*signals, signal.SIGKILL):
            process.send_signal(number)
            if gone(process, seconds):
                return True
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return False
