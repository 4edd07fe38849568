"""Follow the links of the product's pages as somebody would who clicks on everything."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from saas.db import db
from saas.identity.loader import COOKIE
from saas.identity.sessions import open_session
from tests.furnished import Company

MOST = 400  # pages for one role


class Links(HTMLParser):
    """The addresses that a page offers for reading."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "a" and known.get("href"):
            self.found.append(known["href"] or "")
        if tag == "form" and known.get("method", "get") != "post":
            self.found.append(known.get("action") or "")
        if known.get("hx-get"):
            self.found.append(known["hx-get"] or "")


def pattern(path: str) -> str:
    """The page without its ids: one of each kind is enough."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/clauses/)[a-z-]+|(?<=/board/)[a-z-]+", "*", path)


def crawl(company: Company, role: str, each: int = 6) -> Iterator[tuple[str, str, int]]:
    """(path, where it was offered, status) of the pages, `each` of one kind at most."""
    app = company.world.app
    with app.app_context():
        token = open_session(db.session(), company.staff[role])
        db.session.commit()
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    waiting = [(company.home(role), "the start"), ("/settings", "the start"), ("/projects", "the start")]
    seen: dict[str, int] = {}
    while waiting and sum(seen.values()) < MOST:
        path, source = waiting.pop(0)
        kind = pattern(urlsplit(path).path)
        if seen.get(kind, 0) >= (each if kind.endswith("*") else 1):
            continue
        seen[kind] = seen.get(kind, 0) + 1
        answer = client.get(path)
        yield path, source, answer.status_code
        if answer.status_code == 200 and answer.mimetype == "text/html":
            links = Links()
            links.feed(answer.text)
            for link in links.found:
                target = urlsplit(urldefrag(urljoin(f"http://localhost{path}", link))[0])
                if target.netloc == "localhost" and link[:1] != "#":
                    waiting.append((target.path + (f"?{target.query}" if target.query else ""), path))
