"""The folder of caught mails: `<home>/mailbox/<time>-<random>.eml`, named so that names sort by arrival."""

import os
import re
import time
import uuid
from pathlib import Path

MAX_MAIL = 10 * 2**20  # bytes of one mail; the SMTP server refuses more with 552
MAX_COUNT = 1_000  # mails
MAX_TOTAL = 256 * 2**20  # bytes of all mails

NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


def folder(home: Path) -> Path:
    """The mailbox of this home; made on first use, for its owner only, because mails carry links that open accounts."""
    path = home / "mailbox"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(home: Path, mail: bytes, max_count: int = MAX_COUNT, max_total: int = MAX_TOTAL) -> str:
    """Put one mail on disk and return its name: when this returns, it survives a crash of the process or the machine.

    The oldest mails beyond `max_count` or `max_total` bytes go. Raises OSError when the disk refuses.
    """
    box = folder(home)
    name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
    draft = box / f"{name}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(mail)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(box / f"{name}.eml")
    drop_oldest(box, max_count, max_total)
    sync(box)
    return name


def names(home: Path) -> list[str]:
    """The names of all kept mails, newest first."""
    found = (path.stem for path in folder(home).glob("*.eml"))
    return sorted((name for name in found if NAME.fullmatch(name)), reverse=True)


def drop_oldest(box: Path, max_count: int, max_total: int) -> None:
    """Keep the newest mails that fit both bounds; the newest one stays in any case."""
    total = 0
    for place, path in enumerate(sorted(box.glob("*.eml"), reverse=True)):
        total += path.stat().st_size
        if place and (place >= max_count or total > max_total):
            path.unlink(missing_ok=True)


def sweep_drafts(home: Path) -> None:
    """Remove what a killed catcher had not finished, and so had not acknowledged."""
    for draft in folder(home).glob("*.draft"):
        draft.unlink(missing_ok=True)


def sync(box: Path) -> None:
    """Make the new name durable too, not only the bytes."""
    descriptor = os.open(box, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
