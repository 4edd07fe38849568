"""start_s: the second `bin/run` of a home, until /readyz says that everything is there."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from bin.measure.cluster import Cluster
from bin.measure.others import watched
from bin.measure.web import HOST, free_port
from workers.embedded.postgres import Postgres
from workers.embedded.server import halt
from workers.run import ROOT

PATIENCE = 600  # seconds; the very first start of a machine downloads


def measure(home: Path, say: Callable[[str], None]) -> float:
    """Seconds of the second start; the first one makes the home."""
    postgres = Postgres(home)
    try:
        say(f"first start {run(ROOT, home, lambda _: None):.1f} s")
        # Or the beats of the first run would still count, and "ready" would be said before anything beats.
        with_it = Cluster(home, postgres.start(), "")
        with with_it.admin("linsheng") as admin:
            admin.execute("DELETE FROM platform.heartbeats")
        postgres.stop()
        with watched(say):
            return run(ROOT, home, say)
    finally:
        postgres.remove()


def run(checkout: Path, home: Path, say: Callable[[str], None], **environment: str) -> float:
    """Start `bin/run` there, wait until it is ready, stop it; answer the seconds. RuntimeError when it gives up."""
    port, begin = free_port(), monotonic()
    command = [sys.executable, str(checkout / "bin/run"), "--no-demo", "--home", str(home), "--port", str(port)]
    # a second start finds its modules compiled, whatever this shell says
    without = {"PYTHONPATH", "SMTP_URL", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"}
    own = {name: value for name, value in os.environ.items() if name not in without}
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=own | environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    seen: set[str] = set()
    try:
        while monotonic() - begin < PATIENCE and process.poll() is None:
            state = _ready(port)
            for name in sorted({part for part, there in state.items() if there} - seen):
                say(f"{monotonic() - begin:6.1f} s  {name}")
                seen.add(name)
            if "ready" in seen:
                seconds = monotonic() - begin
                for line in (home / "run.log").read_text().splitlines():
                    say(f"bin/run: {line.strip()}")
                return seconds
            sleep(0.05)
        raise RuntimeError((home / "run.log").read_text()[-1500:])
    finally:
        halt(process, signal.SIGINT, seconds=60)


def _ready(port: int) -> dict[str, bool]:
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        facts: dict[str, Any] = json.loads(answer.read())
    except (OSError, HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    parts = {name: facts.get(name) is True for name in ("database", "guards", "valkey")}
    return {"web": True, **parts, **facts.get("heartbeats", {}), "ready": answer.status == 200}
