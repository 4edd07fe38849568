"""list_p95_ms: how long 8 people at once wait for the list of 10,000 complaints."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import quote

from bin.measure.cluster import cluster
from bin.measure.company import COMPANY, found
from bin.measure.others import watched
from bin.measure.rows import fill
from bin.measure.web import Browser, serving

CLIENTS = 8
WARM, REQUESTS, ROUNDS = 20, 35, 5  # pages of each client
# What people open: mostly the list as it comes, then everything, a later page, a filter, the next due, a search.
VIEWS = ("", "?view=all", "", "?view=all&page=250", "?state=handling", "?sort=due", f"?view=all&q={quote('电梯')}")


def measure(home: Path, say: Callable[[str], None]) -> float:
    """Milliseconds: the 95th percentile over all clients, median of the rounds."""
    with cluster(home) as servers:
        office = found(servers, "lists", 1)
        schema = office.project("p00")
        with servers.admin(office.database) as admin:
            fill(admin, schema)
        with serving(office.home, servers.redis_url) as web, ThreadPoolExecutor(CLIENTS) as together:

            def work(browser: Browser, first: int, requests: int) -> list[tuple[str, float]]:
                views = islice(cycle(VIEWS), first, first + requests)
                return [(view, timed(browser, f"/{COMPANY}/p00/complaints/{view}")) for view in views]

            browsers = [Browser(web.port, office.sign_in()) for _ in range(CLIENTS)]

            def crowd(requests: int) -> list[tuple[str, float]]:
                clients = together.map(work, browsers, range(CLIENTS), [requests] * CLIENTS)
                return [(view, seconds * 1000) for client in clients for view, seconds in client]

            crowd(WARM)
            with watched(say):
                rounds = [crowd(REQUESTS) for _ in range(ROUNDS)]
    for view in dict.fromkeys(VIEWS):
        those = [ms for waits in rounds for name, ms in waits if name == view]
        say(f"{median(those):6.1f} ms median, {p95(those):6.1f} ms p95  complaints/{view}")
    slowest = sorted(p95([ms for _, ms in waits]) for waits in rounds)
    say(f"rounds: {' '.join(f'{ms:.0f}' for ms in slowest)}")
    return median(slowest)


def p95(waits: list[float]) -> float:
    """The value that one in twenty exceeds."""
    return quantiles(waits, n=20)[-1]


def timed(browser: Browser, path: str) -> float:
    """Seconds until the whole page is there."""
    begin = perf_counter()
    browser.get(path)
    return perf_counter() - begin
