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
from bin.measure.rows import fill
from bin.measure.web import Browser, serving

CLIENTS = 8
WARM, REQUESTS = 20, 100  # each client
# What people open: mostly the list as it comes, then everything, a later page, a filter, the next due, a search.
VIEWS = ("", "?view=all", "", "?view=all&page=250", "?state=handling", "?sort=due", f"?view=all&q={quote('电梯')}")


def measure(home: Path, say: Callable[[str], None]) -> float:
    """The 95th percentile in milliseconds over all clients."""
    with cluster(home) as servers:
        office = found(servers, "lists", 1)
        schema = office.project("p00")
        with servers.admin(office.database) as admin:
            fill(admin, schema)
        with serving(office.home, servers.redis_url) as web, ThreadPoolExecutor(CLIENTS) as together:

            def work(browser: Browser, first: int, requests: int) -> list[tuple[str, float]]:
                views = islice(cycle(VIEWS), first, first + requests)
                return [(view, _timed(browser, f"/{COMPANY}/p00/complaints/{view}")) for view in views]

            browsers = [Browser(web.port, office.sign_in()) for _ in range(CLIENTS)]
            for requests in (WARM, REQUESTS):
                done = list(together.map(work, browsers, range(CLIENTS), [requests] * CLIENTS))
    waits = [(view, seconds * 1000) for client in done for view, seconds in client]
    for view in dict.fromkeys(VIEWS):
        those = [ms for name, ms in waits if name == view]
        say(f"{median(those):6.1f} ms median, {quantiles(those, n=20)[-1]:6.1f} ms p95  complaints/{view}")
    return quantiles((ms for _, ms in waits), n=20)[-1]


def _timed(browser: Browser, path: str) -> float:
    begin = perf_counter()
    browser.get(path)
    return perf_counter() - begin
