"""board_p95_ms: how long 8 people at once wait for the board of 200 projects × 60 clauses, while figures arrive."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from threading import Event
from urllib.parse import quote

from bin.measure import cells
from bin.measure.cluster import Cluster, cluster
from bin.measure.company import COMPANY, Office, found
from bin.measure.list_p95 import CLIENTS, REQUESTS, ROUNDS, WARM, p95, timed
from bin.measure.others import watched
from bin.measure.web import Browser, serving
from saas.policy import loader

EVERY = 0.5  # seconds between two projects whose figures arrive
# What people open: mostly the board as it comes, then its filters, another page, a quarter, a cell.
VIEWS = (
    "", "?show=unmet", "", "?page=4", "?period={quarter}", f"?q={quote('投诉')}", "", "?show=soon",
    "/{clause}/p007", f"?project={quote('花园')}",
)  # fmt: skip


def measure(home: Path, say: Callable[[str], None]) -> float:
    """Milliseconds: the 95th percentile over all clients, median of the rounds."""
    clauses = cells.regulation(home / "packs")
    os.environ[loader.VARIABLE] = str(home / "packs")
    try:
        with cluster(home) as servers:
            return _measure(servers, clauses, say)
    finally:
        del os.environ[loader.VARIABLE]


def _measure(servers: Cluster, clauses: list[str], say: Callable[[str], None]) -> float:
    office = found(servers, "boards", 1)
    schema = office.schema()
    with servers.admin(office.database) as admin:
        cells.fill(admin, schema, clauses)
        quarter = admin.execute("SELECT to_char(now(), 'YYYY-\"Q\"Q')").fetchone()
    views = [view.format(quarter=quarter[0] if quarter else "", clause=clauses[3]) for view in VIEWS]
    with serving(office.home, servers.redis_url) as web, ThreadPoolExecutor(CLIENTS) as together:

        def work(browser: Browser, first: int, requests: int) -> list[tuple[str, float]]:
            mine = islice(cycle(views), first, first + requests)
            return [(view, timed(browser, f"/{COMPANY}/quality/board{view}")) for view in mine]

        browsers = [Browser(web.port, office.sign_in()) for _ in range(CLIENTS)]

        def crowd(requests: int) -> list[tuple[str, float]]:
            clients = together.map(work, browsers, range(CLIENTS), [requests] * CLIENTS)
            return [(view, seconds * 1000) for client in clients for view, seconds in client]

        crowd(WARM)
        with arriving(office, schema, clauses), watched(say):
            rounds = [crowd(REQUESTS) for _ in range(ROUNDS)]
    for view in dict.fromkeys(views):
        those = [ms for waits in rounds for name, ms in waits if name == view]
        say(f"{median(those):6.1f} ms median, {p95(those):6.1f} ms p95  board{view}")
    slowest = sorted(p95([ms for _, ms in waits]) for waits in rounds)
    say(f"rounds: {' '.join(f'{ms:.0f}' for ms in slowest)}")
    return median(slowest)


@contextmanager
def arriving(office: Office, schema: str, clauses: list[str]) -> Iterator[None]:
    """Every half second the figures of another project come in."""
    stop = Event()

    def come() -> None:
        nth = 0
        with office.cluster.admin(office.database) as admin:
            while not stop.wait(EVERY):
                cells.change(admin, schema, nth, clauses)
                nth += 1

    with ThreadPoolExecutor(1) as other:
        running = other.submit(come)
        try:
            yield
        finally:
            stop.set()
            running.result()
