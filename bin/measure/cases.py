"""A tenant with 100,000 cases and 8 people at once: how long they wait for lists, for searches, for the page of a case;
and one who opens a month's table of statistics.

Filling takes longer than measuring, so the first of these numbers that is asked for measures all of them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from urllib.parse import quote

from bin.measure.cluster import cluster
from bin.measure.company import COMPANY, found
from bin.measure.list_p95 import p95, timed
from bin.measure.others import watched
from bin.measure.rows import fill
from bin.measure.web import Browser, serving

CASES, CLIENTS, WARM, REQUESTS, ROUNDS, MONTHS = 100_000, 8, 16, 32, 3, 9
LISTS = (
    "",
    "?view=all",
    "?category=noise&view=all",
    "?view=all&page=250",
    "?state=handling",
    "?sort=due",
    "?view=late",
)
# Two characters in a fifth of all, in a seventh, in one of a thousand, in all of them, in none.
WORDS = ("电梯", "高空", "白蚁", "业主", "麒麟", "渗水 高空")
_known: dict[str, float] = {}


def lists(home: Path, say: Callable[[str], None]) -> float:
    """Milliseconds: the list with its filters; the 95th percentile over all clients, median of the rounds."""
    return _measured(home, say)["lists"]


def searches(home: Path, say: Callable[[str], None]) -> float:
    """Milliseconds: the list for words of two characters."""
    return _measured(home, say)["searches"]


def pages(home: Path, say: Callable[[str], None]) -> float:
    """Milliseconds: the page of a case."""
    return _measured(home, say)["pages"]


def statistics(home: Path, say: Callable[[str], None]) -> float:
    """Seconds: the page of a month's statistics, with the month before and the year before, for one person."""
    return _measured(home, say)["statistics"]


def _measured(home: Path, say: Callable[[str], None]) -> dict[str, float]:
    if not _known:
        with cluster(home) as servers:
            office = found(servers, "cases", 1)
            schema = office.project("p00")
            with servers.admin(office.database) as admin:
                fill(admin, schema, CASES)
                keys = admin.execute(f'SELECT id FROM "{schema}".complaints ORDER BY id LIMIT 64').fetchall()  # noqa: S608
            views = {
                "lists": LISTS,
                "searches": [f"?view=all&q={quote(words)}" for words in WORDS],
                "pages": [str(key) for (key,) in keys],
            }
            with serving(office.home, servers.redis_url) as web, ThreadPoolExecutor(CLIENTS) as together:
                browsers = [Browser(web.port, office.sign_in()) for _ in range(CLIENTS)]
                with watched(say):
                    for name, those in views.items():
                        _known[name] = _crowd(together, browsers, those, say)
                    _known["statistics"] = _months(browsers[0], say)
    return _known


def _months(browser: Browser, say: Callable[[str], None]) -> float:
    today = date.today()  # noqa: DTZ011 - any month will do
    months = [f"{today.year - back}-{today.month:02}" for back in range(MONTHS)]
    waits = [timed(browser, f"/{COMPANY}/p00/digests/statistics?month={month}") for month in months]
    say(f"months: {' '.join(f'{seconds:.2f}' for seconds in waits)} s")
    return max(waits[1:])


def _crowd(
    together: ThreadPoolExecutor, browsers: Sequence[Browser], views: Sequence[str], say: Callable[[str], None]
) -> float:
    def work(browser: Browser, first: int, requests: int) -> list[tuple[str, float]]:
        asked = islice(cycle(views), first, first + requests)
        return [(view, timed(browser, f"/{COMPANY}/p00/complaints/{view}") * 1000) for view in asked]

    def round_of(requests: int) -> list[tuple[str, float]]:
        clients = together.map(work, browsers, range(len(browsers)), [requests] * len(browsers))
        return [wait for client in clients for wait in client]

    round_of(WARM)
    rounds = [round_of(REQUESTS) for _ in range(ROUNDS)]
    for view in dict.fromkeys(views[:10]):
        those = [ms for waits in rounds for name, ms in waits if name == view]
        if len(those) > 1:
            say(f"{median(those):6.1f} ms median, {p95(those):6.1f} ms p95  {view[:60]}")
    slowest = sorted(p95([ms for _, ms in waits]) for waits in rounds)
    say(f"rounds: {' '.join(f'{ms:.0f}' for ms in slowest)}")
    return median(slowest)
