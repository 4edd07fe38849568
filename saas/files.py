"""Files by content: stored under the tenant and the SHA-256, served only through authorised views.

A local folder now; an S3-compatible store can take its place behind the same two functions.
"""

import hashlib
import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile

from saas import config
from saas.db import SCHEMA_NAME

DIGEST = re.compile(r"[0-9a-f]{64}")


def path_of(home: Path, tenant: str, sha256: str) -> Path:
    """Where the bytes of this digest belong. Raises ValueError for what is no tenant or no digest."""
    if not SCHEMA_NAME.fullmatch(tenant) or not DIGEST.fullmatch(sha256):
        raise ValueError("not a tenant and digest")
    return home / "files" / tenant / sha256[:2] / sha256


def store(tenant: str, data: bytes, home: Path | None = None) -> str:
    """Keep the bytes and return their SHA-256. Storing the same bytes again changes nothing."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(home or config.current().home, tenant, sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)
    return sha256


def read(tenant: str, sha256: str, home: Path | None = None) -> bytes:
    """The bytes again. Raises FileNotFoundError, or ValueError when the content no longer matches its digest."""
    data = path_of(home or config.current().home, tenant, sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"{sha256} was altered on disk")
    return data


def kept(home: Path, tenant: str) -> list[str]:
    """The digests that are stored for a tenant."""
    return sorted(path.name for path in (home / "files" / tenant).glob("*/*") if DIGEST.fullmatch(path.name))
