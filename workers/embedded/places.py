"""Where embedded servers keep data and sockets, and how one process claims such a place."""

import fcntl
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import IO

# sun_path holds 104 bytes on macOS and 108 on Linux, and PostgreSQL appends "/.s.PGSQL.5432".
LONGEST_SOCKET_DIR = 85


class InUse(RuntimeError):
    """Another living process already runs the server of this place."""


def digest(home: Path) -> str:
    """Twelve characters that stand for `home` in names outside it."""
    return hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]


def private(folder: Path) -> Path:
    """Make `folder` with mode 0700; PermissionError if somebody else owns it or it is a link."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    info = folder.lstat()
    if folder.is_symlink() or info.st_uid != os.geteuid():
        raise PermissionError(f"{folder} does not belong to this user")
    folder.chmod(0o700)
    return folder


def socket_dir(wanted: Path) -> Path:
    """`wanted` as a private directory, or a short and plain stand-in for it.

    A socket path may not be long, and redis-py cannot read Valkey's list of clients when it has a space or `=` in it.
    """
    if len(os.fsencode(wanted)) <= LONGEST_SOCKET_DIR and re.fullmatch(r"[\w./+-]+", str(wanted)):
        return private(wanted)
    short = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    if len(os.fsencode(short)) > LONGEST_SOCKET_DIR - 25:
        short = Path("/tmp")  # noqa: S108 - private() refuses a directory that others prepared
    return private(short / f"linsheng-{digest(wanted)}")


def claim(file: Path) -> IO[str]:
    """Lock `file` until the answer is closed or this process dies, however it dies; InUse if another holds it."""
    held = file.open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise InUse(f"another process is using {file.parent}") from None
    return held
