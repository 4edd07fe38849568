"""Figures that many look at and that take a while, kept for as long as what they were counted from is the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

Answer = TypeVar("Answer")
PATIENCE = 2.0
"""Seconds for which an answer may be given again though something has changed; of twelve months a bit longer."""
LONG_PATIENCE = 8.0
MOST = 256
_kept: "OrderedDict[Hashable, tuple[Hashable, float, Any]]" = OrderedDict()
_lock = Lock()


def kept(key: Hashable, stamp: Hashable, count: Callable[[], Answer], patience: float = PATIENCE) -> Answer:
    """The answer to `key`, counted again when the `stamp` of its data is another one, but not all the time.

    The key names the tenant whose figures they are. One counts again, the others have the known answer meanwhile.
    """
    with _lock:
        known = _kept.get(key)
        if known is not None and (known[0] == stamp or monotonic() - known[1] < patience):
            _kept.move_to_end(key)
            answer: Answer = known[2]
            return answer
        if known is not None:
            _kept[key] = (known[0], monotonic(), known[2])
    answer = count()
    with _lock:
        _kept[key] = (stamp, monotonic(), answer)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return answer
