"""What else the machine did meanwhile: a time measured beside somebody else's work says little."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

import psutil

QUIET = 0.3  # cores


@contextmanager
def watched(say: Callable[[str], None]) -> Iterator[None]:
    """Say how many cores we used, and how many others did, if they did."""
    begin, busy, ours = monotonic(), _busy(), _ours()
    yield
    seconds = monotonic() - begin
    mine = _ours() - ours
    used, others = mine / seconds, max(_busy() - busy - mine, 0) / seconds
    cores = os.cpu_count() or 1
    warning = "" if others < QUIET else f", others {others:.1f}: repeat this on a quiet machine"
    say(f"{mine:.1f} s of CPU in {seconds:.1f} s; of {cores} cores we used {used:.1f}{warning}")


def _busy() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0) - getattr(times, "guest", 0))


def _ours() -> float:
    """CPU of this process and everything below it, ended children included."""
    me = psutil.Process()
    total = 0.0
    for each in (me, *me.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
