"""The web server as `bin/run` starts it, and browsers that keep their connection."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from pathlib import Path
from signal import SIGTERM
from time import monotonic, sleep

import psutil

from saas.identity.loader import COOKIE
from workers.embedded.server import halt, open_log
from workers.run import ROOT, children

HOST = "127.0.0.1"
PRODUCT = "wsgi:app"
START_SECONDS = 60


class Refused(RuntimeError):
    """A page did not answer 200, or the server did not start."""


class Browser:
    """One keep-alive connection with a signed-in session."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = HTTPConnection(HOST, port, timeout=30)
        self.headers = {"Cookie": f"{COOKIE}={token}", "Accept-Encoding": "gzip"}

    def get(self, path: str) -> bytes:
        """The body of a page as it travels. Raises Refused unless it answers 200."""
        try:
            answer = self._ask(path)
        except RemoteDisconnected:  # the server closes a connection that was idle, as while another side is measured
            self.connection.close()
            answer = self._ask(path)
        body = answer.read()
        if answer.status != 200:
            raise Refused(f"{path} answered {answer.status}")
        self.encoding = answer.getheader("Content-Encoding", "")
        return body

    def _ask(self, path: str) -> HTTPResponse:
        self.connection.request("GET", path, headers=self.headers)
        return self.connection.getresponse()


class Web:
    """A running web server."""

    def __init__(self, port: int, process: psutil.Process) -> None:
        self.port = port
        self.process = process

    def cpu_seconds(self) -> float:
        """User and system time of the server and its workers so far."""
        tree = [self.process, *self.process.children(recursive=True)]
        return sum(times.user + times.system for times in (each.cpu_times() for each in tree))


@contextmanager
def serving(home: Path, redis_url: str, application: str = PRODUCT) -> Iterator[Web]:
    """Serve `application` from `home` until the block ends. Raises Refused, with the end of the log as its note."""
    port = free_port()
    os.environ.setdefault("SMTP_URL", f"smtp://{HOST}:9")  # nobody there: no mail is sent from here
    command = next(child.command for child in children(port) if child.door)
    environment = {"LINSHENG_HOME": str(home), "REDIS_URL": redis_url, "PYTHONPATH": str(ROOT)}
    log = home / "log" / "web.log"
    with open_log(log) as output:
        process = subprocess.Popen(
            [*command[:-1], application],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        patience = monotonic() + START_SECONDS
        while not _answers(port):
            if process.poll() is not None or monotonic() > patience:
                raise Refused("the web server did not start")
            sleep(0.05)
        yield Web(port, psutil.Process(process.pid))
    except Refused as refusal:
        refusal.add_note(log.read_text()[-1500:])
        raise
    finally:
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        halt(process, SIGTERM, seconds=10)
        for left in family:
            if left.is_running():
                left.kill()


def free_port() -> int:
    """A port on the loopback that nobody uses now."""
    with socket.create_server((HOST, 0)) as door:
        return int(door.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        return bool(Browser(port).get("/healthz"))
    except (OSError, Refused):
        return False
