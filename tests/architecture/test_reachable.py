"""Every page can be found by following links from where a person starts; nothing offered leads to a refusal."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from saas.db import db
from saas.identity.loader import COOKIE
from saas.identity.sessions import open_session
from tests import furnished
from tests.furnished import ROLES, Company
from tests.world import World

# Found otherwise than by a link on a page.
ELSEWHERE = {
    "static": "named by the pages themselves",
    "health.healthz": "asked by a supervisor",
    "health.readyz": "asked by a supervisor",
    "identity.home": "the front door: typed",
    "identity.login": "where one is sent",
    "identity.code": "where one is sent after the password",
    "identity.second_factor": "where one is sent after asking for it",
    "identity.invitation": "in a mail",
    "identity.reset": "in a mail",
    "identity.forgotten": "on the sign-in page",
    "letters.show": "in a mail and behind a QR code",
    "residents.complain": "behind a QR code",
    "residents.follow": "where one is sent after the QR form",
    "mailbox.index": "printed by bin/run",
    "mailbox.show": "on the page of the mailbox",
    "documents.show": "where one is sent after asking for a sheet",
    "documents.file": "on the page of a document that is ready",
    "imports.errors": "on the page of an import that was read",
}
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
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "*", path)


def crawl(company: Company, role: str) -> Iterator[tuple[str, str, int]]:
    """(path, where it was offered, status) of one page of each kind."""
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
        if seen.get(kind, 0) >= (6 if kind.endswith("*") else 1):
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


@pytest.fixture
def company(world: World) -> Company:
    made = furnished.settle(world)
    furnished.furnish(made)
    return made


def test_every_page_is_found_by_following_links(app: Flask, company: Company) -> None:
    refused, found = set(), set()
    urls = app.url_map.bind("localhost")
    for role in ROLES:
        for path, source, status in crawl(company, role):
            try:
                endpoint, _ = urls.match(urlsplit(path).path, "GET")
            except HTTPException:
                endpoint = ""
            if status < 400:
                found.add(endpoint)
            else:
                refused.add(f"{role}: {pattern(path)} on {pattern(source)} answers {status}")
    assert refused == set()
    readable = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert readable - found - set(ELSEWHERE) == set()
