"""Say what is being done and how long it took; fetch a file and believe it only by its digest."""

import hashlib
import os
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

QUIET_SECONDS = 0.5  # a step that had nothing to do is not worth a line


class Problem(RuntimeError):
    """Set-up cannot go on; the message says what the person can do."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print one line with the seconds that the step took."""
    begin = monotonic()
    yield
    seconds = monotonic() - begin
    if seconds >= QUIET_SECONDS:
        print(f"  {seconds:6.1f} 秒  {name}", flush=True)


def run(command: Sequence[str | Path], *, advice: str, **environment: str) -> str:
    """Run a program and answer what it printed; Problem with its last lines and `advice` when it fails."""
    done = subprocess.run(
        [os.fspath(word) for word in command],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-15:])
        raise Problem(f"{Path(command[0]).name} 失败。\n{said}\n{advice}")
    return done.stdout


def get(url: str, *, advice: str, accept: str = "*/*") -> bytes:
    """The bytes at `url` (three tries); Problem when they cannot be had."""
    reason: Exception | None = None
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE"))
    for attempt in range(3):
        sleep(attempt)
        try:
            request = Request(url, headers={"Accept": accept, "User-Agent": "linsheng-setup"})  # noqa: S310
            with urlopen(request, timeout=60, context=context) as answer:  # noqa: S310
                return bytes(answer.read())
        except HTTPError as error:
            raise Problem(f"{url} 回答 {error.code}。{advice}") from error
        except (URLError, OSError) as error:
            reason = error
    raise Problem(f"连不上 {url}（{reason}）。{advice}")


def sha256(file: Path) -> str | None:
    """The digest of a file, or None when there is no such file."""
    if not file.is_file():
        return None
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def write(file: Path, data: bytes, mode: int = 0o644) -> None:
    """Write `file` whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.chmod(mode)
    draft.replace(file)
