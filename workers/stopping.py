"""How a process that runs for ever is asked to leave."""

import signal
from threading import Event
from types import FrameType


def asked_to_stop() -> Event:
    """Set on SIGTERM or SIGINT, from now on; only in the main thread."""
    stop = Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    return stop
