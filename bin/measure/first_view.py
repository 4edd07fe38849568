"""first_view_kib: what travels before the first page stands, compressed as the shipped proxy does (gzip, level 6)."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from bin.measure.cluster import cluster
from bin.measure.company import COMPANY, found
from bin.measure.rows import fill
from bin.measure.web import Browser, Refused, serving

# Every file that the page names: styles, scripts, icons, the sprite behind <use>, images, fonts.
NAMED = re.compile(r"""(?:<link\b[^>]*?\bhref|<use\b[^>]*?\bhref|\bsrc)="([^"#]+)""")
INSIDE = re.compile(r"url\(['\"]?([^)'\"#]+)")
PAGES = ("", "complaints/")


def measure(home: Path, say: Callable[[str], None]) -> float:
    """KiB of the heavier one of 今日工作台 and the complaints list, with all assets, for an empty cache."""
    with cluster(home) as servers:
        office = found(servers, "views", 1)
        schema = office.project("p00")
        with servers.admin(office.database) as admin:
            fill(admin, schema)
        with serving(office.home, servers.redis_url) as web:
            browser = Browser(web.port, office.sign_in())
            sizes = []
            for page in PAGES:
                try:
                    sizes.append(_weigh(browser, f"/{COMPANY}/p00/{page}", say))
                except Refused as refusal:
                    say(str(refusal))
    return max(sizes) / 1024


def _weigh(browser: Browser, path: str, say: Callable[[str], None]) -> int:
    weights, text = {}, {}
    waiting = [path]
    while waiting:
        address = waiting.pop(0)
        body = browser.get(address)
        packed = bool(browser.encoding)
        weights[address] = len(body) if packed else len(gzip.compress(body, 6))
        text[address] = (gzip.decompress(body) if packed else body).decode(errors="replace")
        pattern = INSIDE if urlsplit(address).path.endswith(".css") else NAMED
        found_here = pattern.findall(text[address]) if address == path or pattern is INSIDE else []
        waiting += [
            each for each in dict.fromkeys(found_here) if each.startswith("/") and each not in {*weights, *waiting}
        ]
    parts = ", ".join(
        f"{urlsplit(name).path.rpartition('/')[2] or 'html'} {size / 1024:.1f}" for name, size in weights.items()
    )
    say(f"{sum(weights.values()) / 1024:.1f} KiB {path}: {parts}")
    return sum(weights.values())
