"""rollup_write_ratio: what an action costs with its marks for the board, against the same without."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import event
from sqlalchemy.orm import Session

from bin.measure.cluster import cluster
from bin.measure.company import found
from bin.measure.others import watched
from bin.measure.working import Steward
from saas.board import marks

TIMES = 120  # pairs: one with, one without, and the other way round
WARM = 10


@contextmanager
def unmarked() -> Iterator[None]:
    """Transactions that leave no mark: here only, the product has no such switch."""
    event.remove(Session, "before_commit", marks.leave)
    try:
        yield
    finally:
        event.listen(Session, "before_commit", marks.leave)


def measure(home: Path, say: Callable[[str], None]) -> float:
    """The ratio of the medians; an action is a registration with its commit, and a first response with its own."""
    with cluster(home) as servers:
        office = found(servers, "writes", 1)
        steward = Steward(office.app, office.project("p00"))
        spent: dict[bool, list[float]] = {True: [], False: []}

        def act(marked: bool) -> None:
            begin = perf_counter()
            steward.respond(steward.register())
            spent[marked].append((perf_counter() - begin) * 1000)

        for _ in range(WARM):
            steward.respond(steward.register())
        with watched(say):
            for turn in range(TIMES):
                for marked in (True, False) if turn % 2 else (False, True):
                    if marked:
                        act(True)
                    else:
                        with unmarked():
                            act(False)
    kept, bare = median(spent[True]), median(spent[False])
    say(f"{kept:.1f} ms with marks, {bare:.1f} ms without, for two actions")
    return kept / bare
