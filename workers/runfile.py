"""`<home>/run.json`: who runs this home and what it started; the only trace that a killed supervisor leaves."""

import json
import os
import secrets
from pathlib import Path
from typing import IO, Any

import psutil

from workers.embedded.places import InUse, claim
from workers.embedded.server import gone

VARIABLE = "LINSHENG_RUN"  # in the environment of every process of a run, and so of whatever those start
PATIENCE = 10.0
SAME_START = 2.0  # seconds; the start time of a process is computed from a clock that may be adjusted


class AlreadyRunning(RuntimeError):
    """Another supervisor runs this home."""


class RunFile:
    """The record of one run; `mark` must be in the environment of every process that belongs to it."""

    def __init__(self, home: Path) -> None:
        self.path = home / "run.json"
        self.mark: dict[str, str] = {}
        self._facts: dict[str, Any] = {}
        self._claim: IO[str] | None = None

    def claim(self) -> int:
        """Take the home, end what an earlier run left behind, and answer how many processes that were.

        Raises AlreadyRunning, naming its address, when the earlier run is alive.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._claim = claim(self.path.with_name("run.lock"))
        except InUse:
            facts = self._read()
            where = facts.get("url") or self.path.parent
            raise AlreadyRunning(f"邻声已在运行：{where}（进程 {facts.get('pid', '未知')}）") from None
        left = _end(_belonging(self._read()))
        token = secrets.token_hex(16)
        self.mark = {VARIABLE: token}
        self._facts = {"pid": os.getpid(), "url": None, "token": token, "children": {}}
        self._write()
        return left

    def announce(self, url: str) -> None:
        """Record where the product answers."""
        self._facts["url"] = url
        self._write()

    def note(self, name: str, pid: int) -> None:
        """Record the present process of a child, with its start time: numbers are used again."""
        try:
            started = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            return
        self._facts["children"][name] = {"pid": pid, "started": started}
        self._write()

    def release(self) -> None:
        """End whatever still carries our mark, and give the home back."""
        if self._claim:
            _end(_belonging(self._facts))
            self.path.unlink(missing_ok=True)
            self._claim.close()
            self._claim = None

    def _read(self) -> dict[str, Any]:
        try:
            facts = json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def _write(self) -> None:
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(self._facts, indent=1))
        draft.replace(self.path)


def _belonging(facts: dict[str, Any]) -> list[psutil.Process]:
    """Living processes of a run: those it recorded, and those whose environment carries its token."""
    token = facts.get("token")
    recorded = {(child["pid"]): child["started"] for child in facts.get("children", {}).values()}
    found = []
    for process in psutil.process_iter():
        try:
            started = recorded.get(process.pid)
            ours = started is not None and abs(process.create_time() - started) < SAME_START
            if process.pid != os.getpid() and (ours or (token and process.environ().get(VARIABLE) == token)):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            continue
    return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


def _end(processes: list[psutil.Process]) -> int:
    for process in processes:
        _signal(process.terminate)
    for process in processes:
        if not gone(process, PATIENCE):
            _signal(process.kill)
            gone(process, PATIENCE)
    return len(processes)


def _signal(send: Any) -> None:
    try:
        send()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return
