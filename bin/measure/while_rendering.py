"""web_p95_ratio_while_rendering: how much longer people wait for a page while the PDF worker prints without a pause."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter, sleep

from bin.measure.cluster import cluster
from bin.measure.company import COMPANY, found
from bin.measure.list_p95 import VIEWS, p95, timed
from bin.measure.others import watched
from bin.measure.report import presses
from bin.measure.rows import fill
from bin.measure.web import Browser, serving

CLIENTS, PAGES, ROUNDS = 4, 25, 3
PACE = 0.5  # seconds between two pages of one person; people read


def measure(home: Path, say: Callable[[str], None]) -> float:
    """The 95th percentile with a report being printed, over the same without; alternating, median of the rounds."""
    with cluster(home) as servers:
        office = found(servers, "readers", 1)
        schema = office.project("p00")
        with servers.admin(office.database) as admin:
            fill(admin, schema)
        with (
            serving(office.home, servers.redis_url) as web,
            ThreadPoolExecutor(CLIENTS) as people,
            presses(1) as (press,),
        ):
            browsers = [Browser(web.port, office.sign_in()) for _ in range(CLIENTS)]

            def read(browser: Browser, first: int) -> list[float]:
                waits = []
                for view in islice(cycle(VIEWS), first, first + PAGES):
                    begin = perf_counter()
                    waits.append(1000 * timed(browser, f"/{COMPANY}/p00/complaints/{view}"))
                    sleep(max(PACE - (perf_counter() - begin), 0))
                return waits

            def waits() -> float:
                return p95([each for mine in people.map(read, browsers, range(CLIENTS)) for each in mine])

            @contextmanager
            def printing() -> Iterator[None]:
                enough = Event()

                def work() -> None:
                    while not enough.is_set():
                        press.ask()
                        press.answer()

                thread = Thread(target=work)
                thread.start()
                try:
                    yield
                finally:
                    enough.set()
                    thread.join()

            waits()
            ratios = []
            with watched(say):
                for _ in range(ROUNDS):
                    quiet = waits()
                    with printing():
                        busy = waits()
                    ratios.append(busy / quiet)
                    say(f"{quiet:6.1f} ms p95 alone, {busy:6.1f} ms while a report is printed")
    return median(ratios)
