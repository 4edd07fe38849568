"""Every route, every role, every form of asking: who may, what a stranger sees, page or part, and that reading writes
nothing. New routes are found in the URL map; what they need for an address is said in town.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from saas.identity.access import MEMBER, access_of
from tests.town.town import Rows, Town, Written, changed, inspected, nowhere

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
WHOLE = {"HX-Request": "true", "HX-Request-Type": "full"}
HEADERS = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip
QUERIES = (
    "page=-1", "page=99999999999999999999", "page=abc&size=abc", "page=%00&q=%00&view=%00&state=%00", "size=-5",
    "q=" + "x" * 10_000, "q=%25_%5C%27%22", "q=a&q=b&page=1&page=2", "q=%ED%A0%80%FF", "q=%E2%80%AE%F0%9F%98%80",
    "view=nonsense&state=nonsense&kind=nonsense&sort=nonsense&show=nonsense&shown=nonsense",
    "since=0001-01-01&until=9999-12-31", "since=2026-02-30&until=x", "who=%00&room=%00&channel=%00&by=%00",
    "building=%00&occupancy=%00&steward=%00&stage=x&category=%00&severity=%00", "stage=handover&steward=none",
    "steward=" + "9" * 40, "next=//evil.example&all=1&kind=%3Cscript%3E",
)  # fmt: skip
# The record decides further than the mark: its author, or those who may read what it is about.
# Leaving the company is the head office's business, whatever roles a project gives.
NARROWER = {
    "releases.edit", "documents.show", "documents.file", "complaints.decision", "members.leave", "work_reports.show",
    "repairs.decision",
}  # fmt: skip
CLOSED = {"mailbox.index", "mailbox.show", "releases.edit", "health.readyz"}
"""Pages that a furnished town need not show."""
FILTER = re.compile(r"""<form(?![^>]*(?:method="(?:post|dialog)"|role="search"))""")
NO_VALUES = (
    "not-a-key", "%00", "%ED%A0%80", "../../etc/passwd", "0" * 300, "9" * 30, "%0d%0aSet-Cookie:x", "中文",
)  # fmt: skip


FEW = 2
"""So many of those who may open a page are tried; of those who may not, everybody."""


def routes(town: Town, method: str) -> Iterator[Rule]:
    """The routes that take this method."""
    for rule in town.app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint != "static":
            yield rule


def mark(town: Town, rule: Rule) -> frozenset[str]:
    return access_of(town.app.view_functions[rule.endpoint], "property") or frozenset()


def ask(
    client: FlaskClient, rule: Rule, path: str, headers: dict[str, str] | None = None, token: str = ""
) -> TestResponse:
    """Open it, or post an empty form with a key."""
    if "GET" in (rule.methods or ()):
        return client.get(path, headers=headers)
    return client.post(path, data={"csrf_token": token, "key": str(uuid4())}, headers=headers)


def is_chinese(answer: TestResponse) -> bool:
    return bool(re.search("[\u4e00-\u9fff]{4}", answer.text)) and "Traceback" not in answer.text


@dataclass(frozen=True)
class Opened:
    """A page as whoever may open it got it."""

    rule: Rule
    path: str
    answer: TestResponse
    wrote: bool

    @property
    def asks(self) -> bool:
        """Whether it can be filtered, searched or turned."""
        page = self.answer.text if self.answer.mimetype == "text/html" else ""
        return bool(FILTER.search(page)) or f'"{self.path}?' in page


@pytest.fixture(scope="module")
def opened(furnished: Town, written: Written) -> list[Opened]:
    """Every page once; several tests judge the same answers."""
    made = []
    for rule in routes(furnished, "GET"):
        client = furnished.browser(rule)
        for path in furnished.addresses(rule):
            count = written.count
            made.append(Opened(rule, path, client.get(path), written.count != count))
    return made


@pytest.fixture
def rows(furnished: Town, broom: psycopg.Connection) -> Rows:
    return Rows(broom, furnished.here.schema, furnished.next_door.schema, furnished.office.schema)


def test_every_page_opens_and_reading_writes_nothing(rows: Rows, request: pytest.FixtureRequest) -> None:
    wrong, before = [], rows()
    opened: list[Opened] = request.getfixturevalue("opened")
    for each in opened:
        status, endpoint = each.answer.status_code, each.rule.endpoint
        if status not in (200, 302, 303) and endpoint not in CLOSED:
            wrong.append(f"{status} {each.path}")
        if each.wrote:
            wrong.append(f"{each.path} wrote something")
    assert not changed(before, rows())
    assert not wrong, "\n".join(wrong)


def test_headers_of_every_answer(furnished: Town, opened: list[Opened]) -> None:
    theirs = {each.rule.endpoint: each.answer for each in opened}
    for rule in furnished.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        path = furnished.addresses(rule)[0]
        for answer in (theirs.get(rule.endpoint), furnished.stranger().get(path, buffered=True)):
            if answer is None:
                assert rule.endpoint == "static"
                continue
            for name, value in HEADERS.items():
                assert answer.headers.get(name) == value, (rule, name)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, rule
            assert "unsafe-eval" not in policy, rule
            assert "frame-ancestors 'none'" in policy, rule
            assert "unsafe-inline" not in policy or "sandbox" in policy, rule
            kept = answer.headers["Cache-Control"]
            assert kept == ("public, max-age=31536000, immutable" if rule.endpoint == "static" else "no-store"), rule


def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(opened: list[Opened]) -> None:
    for path, answer in ((each.path, each.answer) for each in opened):
        if answer.mimetype != "text/html":
            continue
        body = answer.text
        for address in re.findall(r"""(?:src|href|action|hx-[a-z]+|srcset)\s*=\s*["']([^"']*)["']""", body):
            assert not urlsplit(address).netloc or address.startswith("http://localhost/"), (path, address)
            assert not address.lower().startswith(("javascript:", "vbscript:")), (path, address)
        assert not re.search(r"<[^>]+\son[a-z]+\s*=", body), path
        assert not re.search(r"<[^>]+\sstyle\s*=", body), path
        assert "<style" not in body, path
        assert "hx-on" not in body, path
        assert re.findall(r"<script(?![^>]*\ssrc=)", body) == [], path


def test_part_or_page(furnished: Town, opened: list[Opened]) -> None:
    parts = set()
    for each in {each.rule.endpoint: each for each in reversed(opened)}.values():
        rule, path, page = each.rule, each.path, each.answer
        client = furnished.browser(rule)
        part, whole = client.get(path, headers=PART), client.get(path, headers=WHOLE)
        assert {page.status_code, part.status_code, whole.status_code} <= {200, 302, 303, 404, 403, 503}, path
        if page.status_code == 200 and page.mimetype == "text/html":
            assert ("<html" in part.text) == ("</html>" in part.text), path
            assert ("<html" in whole.text) == ("<html" in page.text), path
            assert {"HX-Request", "HX-Request-Type"} <= set(page.vary), path
            if "<html" not in part.text:
                parts.add(rule.endpoint)
                assert {"HX-Request", "HX-Request-Type"} <= set(part.vary), path
                assert part.headers["Cache-Control"] == "no-store"
    assert {
        "complaints.index", "customers.index", "contacts.index", "releases.index", "imports.index", "imports.show",
        "obligations.reminders", "identity.projects", "operator.companies", "operator.people",
    } <= parts  # fmt: skip


@pytest.mark.rule("A2")
def test_only_the_roles_of_the_mark_come_in(furnished: Town) -> None:
    wrong = []
    tokens = {role: csrf(furnished.people[role].client) for role in furnished.people}
    for rule in furnished.app.url_map.iter_rules():
        access = mark(furnished, rule)
        if access == {"public"}:
            continue
        path = furnished.addresses(rule, furnished.here if "company" in rule.arguments else None)[0]
        tried = 0
        for role, person in furnished.people.items():
            may = role in access or MEMBER in access or access == {"signed_in"}
            if may and (tried == FEW or "GET" not in (rule.methods or ())):
                continue  # what those who may do is the business of the slices' tests, and of the forms
            tried += may
            answer = ask(person.client, rule, path, token=tokens[role])
            refused = {404} if access == {"operator"} else {403}
            allowed = {200, 302, 303, 404} | ({403} if rule.endpoint in NARROWER else set())
            if answer.status_code not in (allowed if may else refused):
                wrong.append(f"{role} {rule.endpoint}: {answer.status_code}")
            if not may and not is_chinese(answer):
                wrong.append(f"{role} {rule.endpoint}: says nothing in Chinese")
    assert not wrong, "\n".join(wrong)


def csrf(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/projects", follow_redirects=True).text)
    assert found
    return found[1]


@pytest.mark.rule("A1")
def test_whoever_is_not_of_this_company_finds_nothing(furnished: Town, rows: Rows) -> None:
    wrong, before = [], rows()
    for person in (furnished.neighbour, furnished.gone, furnished.operator):
        token = csrf(person.client)
        for rule in furnished.app.url_map.iter_rules():
            if "company" not in rule.arguments:
                continue
            answer = ask(person.client, rule, furnished.addresses(rule)[0], token=token)
            if answer.status_code != 404:
                wrong.append(f"{person.name} {rule.endpoint}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert not changed(before, rows())


@pytest.mark.rule("A1")
def test_records_of_another_company_do_not_exist_here(furnished: Town, rows: Rows) -> None:
    """Another company's keys, and keys that nobody has, under our own address: the same answer to the letter."""
    wrong, before = [], rows()
    for rule in furnished.app.url_map.iter_rules():
        keys = {name for name, kind in rule._converters.items() if type(kind).__name__ == "UUIDConverter"}
        if not keys or "company" not in rule.arguments:
            continue
        person = furnished.opener(rule)
        assert person
        token = csrf(person.client)
        theirs = furnished.addresses(rule, furnished.here, foreign=True)[0]
        nobodys = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", nowhere(), theirs)
        answers = [ask(person.client, rule, path, token=token) for path in (theirs, nobodys)]
        if rule.endpoint.startswith("members."):
            continue  # people may be members of both companies: the list of this tenant decides
        if {a.status_code for a in answers} != {404}:
            wrong.append(f"{rule.endpoint}: {[a.status_code for a in answers]}")
        elif bare(answers[0]) != bare(answers[1]):
            wrong.append(f"{rule.endpoint}: answers differ")
    assert not wrong, "\n".join(wrong)
    assert not changed(before, rows())


def bare(answer: TestResponse) -> str:
    """Without what differs from one request to the next."""
    text = re.sub(r'value="[^"]{30,}"|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12}|next=[^"&]*', "", answer.text)
    return re.sub(r"\d{2}:\d{2}", "", text)


def test_a_stranger_is_sent_to_the_sign_in_page(furnished: Town, rows: Rows) -> None:
    before, client = rows(), furnished.stranger()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text)
    assert token
    for rule in furnished.app.url_map.iter_rules():
        if mark(furnished, rule) == {"public"}:
            continue
        path = furnished.addresses(rule)[0]
        plain = ask(client, rule, path, token=token[1])
        assert plain.status_code == 302, rule
        assert plain.headers["Location"].startswith("/login"), rule
        part = ask(client, rule, path, headers=PART, token=token[1])
        assert part.status_code == 401, rule
        assert part.headers["HX-Redirect"].startswith("/login"), rule
        assert part.text == "", rule
    assert not changed(before, rows())


@pytest.fixture(scope="module")
def asked(opened: list[Opened]) -> list[tuple[int, Opened]]:
    """One page of each route, and how many of the foolish queries it gets: all of them where it takes some."""
    first = {each.rule.endpoint: each for each in reversed(opened) if not each.rule.endpoint.startswith("health.")}
    return [(len(QUERIES) if each.asks else 2, each) for each in first.values()]


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q[:24])
def test_foolish_queries_are_answered(furnished: Town, asked: list[tuple[int, Opened]], query: str) -> None:
    wrong = []
    for nth, (most, each) in enumerate(asked, start=QUERIES.index(query)):
        if nth % len(QUERIES) >= most:
            continue
        headers = PART if nth % 2 else {}  # each query as page or part, in turns
        answer = furnished.browser(each.rule).get(f"{each.path}?{query}", headers=headers)
        if answer.status_code not in (200, 302, 303, 400, 404) or (
            answer.status_code == 404 and not is_chinese(answer)
        ):
            wrong.append(f"{answer.status_code} {each.path}")
    assert not wrong, "\n".join(wrong)


def test_foolish_addresses_are_not_found(furnished: Town) -> None:
    manager, wrong = furnished.people["project_manager"], []
    for rule in furnished.app.url_map.iter_rules():
        place = furnished.place_of(rule.endpoint)
        person = furnished.admin if place is furnished.office else manager
        client = (furnished.inspector if inspected(rule.endpoint) else person).client
        for value in NO_VALUES:
            path = rule.rule
            for name in rule.arguments:
                given = {"company": place.company, "project": place.slug}.get(name, value)
                path = re.sub(rf"<[^<>]*\b{name}>", given, path)
            if path == rule.rule or not rule.arguments - {"company", "project"}:
                continue
            answer = client.get(path)
            if answer.status_code not in (404, 405, 410):
                wrong.append(f"{answer.status_code} {path[:100]}")
            if answer.mimetype == "text/html" and not is_chinese(answer):
                wrong.append(f"not in Chinese: {path[:100]}")
        for name in rule.arguments & {"company", "project"}:
            for value in ("x" * 500, "%00", "%ED%A0%80", "%27--"):
                path = furnished.addresses(rule)[0]
                path = path.replace(f"/{getattr(place, 'company' if name == 'company' else 'slug')}/", f"/{value}/", 1)
                if client.get(path).status_code not in (404, 405):
                    wrong.append(f"{client.get(path).status_code} {path[:100]}")
    assert not wrong, "\n".join(wrong)
