"""Follow the links of the product's pages as somebody would who clicks on everything."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html  # type: ignore[import-untyped]

from saas.db import db
from saas.identity.loader import COOKIE
from saas.identity.sessions import open_session
from tests.furnished import Company

MOST = 400  # pages for one role
Visited = tuple[str, str, int]
"""A path, where it was offered, and the status of its answer."""
IDS = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/clauses/)[a-z-]+|(?<=/board/)[a-z-]+(/[a-z-]+)?"
    r"|(?<=/)\d+(?=/|$)|(?<=/projects/)[a-z-]+(?=/)"
)


def links(page: str) -> list[str]:
    """The addresses that a page offers for reading, in its order."""
    return list(html.fromstring(page).xpath("//a/@href | //form[not(@method='post')]/@action | //@hx-get"))


def pattern(path: str) -> str:
    """The page without its ids: one of each kind is enough."""
    return re.sub(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/clauses/)[a-z-]+|(?<=/board/)[a-z-]+|(?<=/)\d+(?=/|$)",
        "*",
        path,
    )


def crawl(company: Company, role: str, also: Iterable[str] = ()) -> Iterator[Visited]:
    """The pages, one of a kind besides those named."""
    app = company.world.app
    with app.app_context():
        token = open_session(db.session(), company.staff[role])
        db.session.commit()
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    waiting = [(path, "the start") for path in (company.home(role), "/settings", "/projects", *also)]
    seen, done = set[str](), set[str]()
    while waiting and len(done) < MOST:
        path, source = waiting.pop(0)
        kind = pattern(urlsplit(path).path)
        if path in done or (kind in seen and path not in also):
            continue
        seen.add(kind)
        done.add(path)
        answer = client.get(path)
        yield path, source, answer.status_code
        if answer.status_code == 200 and answer.mimetype == "text/html":
            for link in links(answer.text):
                target = urlsplit(urldefrag(urljoin(f"http://localhost{path}", link))[0])
                if target.netloc == "localhost" and link[:1] != "#":
                    waiting.append((target.path + (f"?{target.query}" if target.query else ""), path))
