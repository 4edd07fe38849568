"""create_project_ms: from the form of the head office to a project that can be worked in, committed to disk."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from bin.measure.cluster import cluster
from bin.measure.company import found
from bin.measure.others import watched

TIMES = 15


def measure(home: Path, say: Callable[[str], None]) -> float:
    """Median milliseconds of the action with its commit."""
    with cluster(home) as servers:
        office = found(servers, "projects", TIMES)
        spent = []
        with watched(say):
            for n in range(TIMES):
                begin = perf_counter()
                office.project(f"p{n:02d}")
                spent.append((perf_counter() - begin) * 1000)
    say(f"{min(spent):.1f} to {max(spent):.1f} ms, {TIMES} projects one after the other")
    return median(spent)
