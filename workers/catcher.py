"""The local mail catcher: a real SMTP server on the loopback that keeps every mail it acknowledges.

`python -m workers.catcher`, with LINSHENG_HOME (where `mailbox/` and `catcher.port` go) and CATCHER_PORT (0 or unset:
the port of last time if it is free, else any free one).
"""

import asyncio
import logging
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from saas.mailbox.box import MAX_MAIL, keep, sweep_drafts

HOST = "127.0.0.1"


class Keeper:
    """Acknowledges a mail only when it is on disk."""

    def __init__(self, home: Path) -> None:
        self.home = home

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer 250 after the fsync; 451 when the disk refuses, so that the sender may try again."""
        try:
            name = keep(self.home, bytes(envelope.original_content or b""))  # one after the other, on purpose
        except OSError as failure:
            logging.getLogger(__name__).error("mail not kept: %s", type(failure).__name__)
            return "451 4.3.1 Not kept, try again later"
        return f"250 2.0.0 Kept as {name}"


def listen(home: Path, wanted: int) -> socket.socket:
    """Bind the wanted port, else that of last time, else a free one. Raises OSError when a wanted port is taken."""
    last = 0
    with suppress(OSError, ValueError):
        last = int((home / "catcher.port").read_text())
    if not wanted and last:
        with suppress(OSError, OverflowError):
            return socket.create_server((HOST, last))
    return socket.create_server((HOST, wanted))


def announce(home: Path, port: int) -> None:
    """Write `catcher.port`, whole or not at all, once mails can be received."""
    draft = home / "catcher.port.draft"
    draft.write_text(f"{port}\n")
    draft.replace(home / "catcher.port")


async def catch(home: Path, wanted: int) -> None:
    """Receive mails until SIGTERM or SIGINT."""
    logging.getLogger("mail").setLevel(logging.CRITICAL)  # aiosmtpd logs addresses and texts
    sweep_drafts(home)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    door = listen(home, wanted)

    def answer() -> SMTP:
        return SMTP(Keeper(home), data_size_limit=MAX_MAIL, hostname="catcher.invalid", loop=loop)

    server = await loop.create_server(answer, sock=door)
    announce(home, door.getsockname()[1])
    await stop.wait()
    server.close()


def main() -> None:
    """Read the environment and catch."""
    home = Path(os.environ.get("LINSHENG_HOME", ".local/home")).resolve()
    home.mkdir(parents=True, exist_ok=True)
    asyncio.run(catch(home, int(os.environ.get("CATCHER_PORT") or 0)))


if __name__ == "__main__":
    main()
