"""Every form of every page, filled in wrongly in every way: a Chinese answer, nothing lost, nothing written, no 5xx.

The forms are read off the pages of the furnished town, so a new form is attacked without a new test.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Set
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from markupsafe import escape
from werkzeug.test import TestResponse

from saas import clock
from saas.identity.access import access_of
from tests.town.forms import OURS, Form, forms
from tests.town.town import Town, Written

SCRIPT = "\"><script>alert('x')</script>{{7*7}}"
TEXTS: dict[str, Any] = {
    "script": SCRIPT,
    "nul": "a\x00b\x00",
    "controls": "a\x01\x08\x0b\x1b[31m\x7fb\r\nX-Evil: 1",
    "not UTF-8": b"\xed\xa0\x80\xff\xfe\xc0\xaf",
    "directions and faces": "\u202e\u200f反\u2066 👩‍👩‍👧‍👦 \U0001f600\ufffe\uffff",
    "blank": " \t\u3000 ",
    "formula and SQL": "=HYPERLINK('http://evil.example'); DROP TABLE complaints; -- %s {0} \\ %(x)s",
    "30,000 characters": "x" * 30_000,
}
CHOICES = ("\x00", SCRIPT, str(10**30), str(uuid4()))
ODD = {
    "select": CHOICES, "radio": CHOICES, "checkbox": ("\x00", SCRIPT),
    "hidden": (*CHOICES, "-1", "²"),
    "date": ("0001-01-01", "9999-12-31", "2026-02-30", "\x00", SCRIPT),
    "datetime-local": ("0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00", "\x00", SCRIPT),
    "number": (str(10**30), "-1", "NaN", "1e999", "²", "\x00"), "file": ("not a file",),
}  # fmt: skip
ENDS = (
    "/logout",
    "/departure",
    "/discharge",
    "/disabling",
    "/settings/sessions/end",
    "/second-factor",
    "/recovery-codes",
)
DOERS = ("service_supervisor", "project_manager", "division_leader", "finance")
OF_STEPS = ("complaints.form", "repairs.form")  # many pages; what these two are not offered, nobody here is
LAST_MONTH = clock.local(clock.now()).date().replace(day=1) - timedelta(days=1)
MORE = {
    "releases.index": ("", "?view=waiting"),
    "digests.statistics": ("", "?month=2020-01"),
    "operator.people": ("?q=某",),
    "work_reports.new": ("?day=2020-01-01",),
    "repairs.registers": (f"?month={LAST_MONTH:%Y-%m}",),
}
"""Where more forms are."""
KEY = re.compile(r"[0-9a-f-]{36}")
ENOUGH = 2
"""So many times a form is met before pages that are this form are passed by."""
FINE = {200, 302, 303, 400, 403, 404, 409, 410, 413, 422, 429}


@pytest.fixture(scope="module")
def found(furnished: Town) -> list[Form]:
    """Every form, once for each kind of address that it posts to, in the browser of the first who is offered it."""
    kept: dict[tuple[str, Any], Form] = {}
    offers: Counter[str] = Counter()
    enough: set[str] = set()
    for client, page in pages(furnished, enough):
        for form in forms(client, page):
            action = KEY.sub("*", form.action)
            kept.setdefault((action, form.button), form)
            offers[action] += 1
            if offers[action] == ENOUGH:
                enough.add(action)
    return list(kept.values())


def pages(town: Town, enough: Set[str] = frozenset()) -> Iterator[tuple[Any, str]]:
    """Every page, in the browsers of those who can do most; of pages that are one form until there are `enough`."""
    for rule in town.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        theirs = (
            "complaints.", "digests.", "releases.", "reports.", "duties.", "articles.", "work_reports.", "repairs.",
            "price_lists.",
        )  # fmt: skip
        doers = DOERS if rule.endpoint.startswith(theirs) else ("company_admin",)
        doers = DOERS[:2] if rule.endpoint in OF_STEPS else doers
        public = access_of(town.app.view_functions[rule.endpoint], "property") == {"public"}
        people = [None] if public else [town.opener(rule), *(town.people[role] for role in doers)]
        for path in [path + query for path in town.addresses(rule) for query in MORE.get(rule.endpoint, ("",))]:
            for person in dict.fromkeys(p.client if p else None for p in people):
                if KEY.sub("*", path) not in enough:
                    yield person or town.stranger(), path
    yield from ((town.inspector.client, path) for path in town.handed)  # of cases that only a head office has


def takes_once(town: Town, form: Form) -> bool:
    """Whether the view behind it takes an idempotency key (test_routes.py lists those that take none)."""
    endpoint = town.app.url_map.bind("localhost").match(form.action.partition("?")[0], method="POST")[0]
    return bool(getattr(town.app.view_functions[endpoint], "once", False))


class Watch:
    """Judges each answer by its status, its words and what was written."""

    def __init__(self, written: Written) -> None:
        self.written, self.before, self.wrong = written, written.count, list[str]()

    def judge(self, form: Form, how: str, answer: TestResponse, *, allowed: set[int] = FINE) -> None:
        where = f"{answer.status_code} POST {form.action} of {form.page}, {how}"
        if answer.status_code not in allowed:
            self.wrong.append(where)
        if answer.status_code >= 400 and not re.search("[\u4e00-\u9fff]{4}", answer.text):
            self.wrong.append(f"{where}: says nothing in Chinese")
        if answer.status_code not in (200, 303) and self.written.count != self.before:
            self.wrong.append(f"{where}: wrote something")
        if answer.mimetype == "text/html" and "</script>{{" in answer.text:
            self.wrong.append(f"{where}: not escaped")
        if "X-Evil" in answer.headers:
            self.wrong.append(f"{where}: a header was split")
        self.before = self.written.count


@pytest.fixture
def watch(written: Written) -> Iterator[Watch]:
    made = Watch(written)
    yield made
    assert not made.wrong, "\n".join(made.wrong)


def test_there_are_forms_for_almost_every_post(furnished: Town, found: list[Form]) -> None:
    """Guards the guard: the posts whose form is on no page of the furnished town are these."""
    adapter = furnished.app.url_map.bind("localhost")
    assert set(furnished.handed) <= {form.action for form in found}, "of verbs only a head office has"
    reached = {adapter.match(form.action.partition("?")[0], method="POST")[0] for form in found}
    posts = {r.endpoint for r in furnished.app.url_map.iter_rules() if "POST" in (r.methods or ())}
    assert posts - reached <= {
        "identity.take_code", "identity.confirm_second_factor", "identity.remove_second_factor",
        "identity.renew_recovery_codes", "identity.end_others", "operator.enable", "members.enable",
        "calendar.remove", "imports.retry",
        "releases.acknowledge", "releases.resolve",
        "complaints.resume", "reports.remove_picture", "price_lists.draft", "price_lists.decide",
        "price_lists.withdraw",
    }, posts - reached  # fmt: skip


def test_without_its_token_or_with_a_strange_key_no_form_is_taken(
    furnished: Town, found: list[Form], watch: Watch
) -> None:
    for form in found:
        names = {field.name for field in form.fields}
        assert "csrf_token" in names, form.page
        watch.judge(form, "no token", form.send(form.filled(csrf_token=None)), allowed={400})
        watch.judge(form, "strange token", form.send(form.filled(csrf_token="x")), allowed={400})
        if takes_once(furnished, form):
            watch.judge(form, "no key", form.send(form.filled(key=None)), allowed={400})
            watch.judge(form, "malformed key", form.send(form.filled(key="1; DROP TABLE")), allowed={400})


def test_somebody_elses_key_is_refused(furnished: Town, found: list[Form], watch: Watch) -> None:
    key, leader = str(uuid4()), furnished.people["division_leader"]
    made = leader.post("releases", {"kind": "notice", "title": "通知", "body": "停水", "on_page": "y", "key": key})
    assert made.status_code == 303
    assert leader.post("/settings/sessions/end", {"key": key}).status_code == 303  # the platform keeps keys of its own
    watch.before = watch.written.count
    elsewhere = leader.client, furnished.inspector.client  # the head office is a tenant of its own, with its own keys
    for form in found:
        if takes_once(furnished, form) and form.client not in elsewhere and "/transfers/" not in form.action:
            watch.judge(form, "used key", form.send(form.filled(key=key)), allowed={400})


def test_empty_and_doubled(found: list[Form], watch: Watch) -> None:
    for form in found:
        if not (form.texts or form.typed) or form.action.endswith(ENDS):
            continue
        nothing = {field.name: None for field in form.fields if field.name not in OURS}
        watch.judge(form, "no fields", form.send(form.filled(**nothing)))
        doubled = {name: ["", SCRIPT] for name in (*form.texts, *form.typed)}
        watch.judge(form, "doubled fields", form.send(form.filled(**doubled)))


@pytest.mark.parametrize("how", TEXTS)
def test_texts(found: list[Form], watch: Watch, how: str) -> None:
    each_form(found, watch, how, lambda form: dict.fromkeys(form.texts, TEXTS[how]), lambda form: bool(form.texts))


def test_a_megabyte(found: list[Form], watch: Watch) -> None:
    each_form(found, watch, "1 MB", lambda form: {form.texts[-1]: "a" * 1_000_000}, lambda form: bool(form.texts))


@pytest.mark.parametrize("kind", ODD)
def test_fields_with_few_values(found: list[Form], watch: Watch, kind: str) -> None:
    def fitting(form: Form) -> list[str]:
        return [f.name for f in form.fields if f.kind == kind and f.name not in OURS]

    for nth, value in enumerate(ODD[kind]):
        for at in range(max(len(fitting(form)) for form in found)):
            each_form(
                found, watch, f"{kind} {value[:20]!r}", lambda form: {fitting(form)[at]: value},  # noqa: B023
                # of what hides in so many forms each takes a third of the values, its neighbours the others
                lambda form: len(fitting(form)) > at and (kind != "hidden" or (found.index(form) + nth) % 3 == 0),  # noqa: B023
            )  # fmt: skip


def each_form(
    found: list[Form], watch: Watch, how: str, change: Callable[[Form], dict[str, Any]], fits: Callable[[Form], bool]
) -> None:
    """Send each form that fits with these changes; read it again when it was taken."""
    for at, form in enumerate(found):
        if not fits(form) or form.action.endswith(ENDS):
            continue
        changes = change(form)
        answer = form.send(form.filled(**changes))
        watch.judge(form, f"{how} in {', '.join(changes)}", answer)
        if answer.status_code == 422 and how == "script" and form.texts:
            kept = [f.name for f in form.fields if f.name in changes and f.kind in ("text", "textarea", "email", "tel")]
            if kept and str(escape(SCRIPT)) not in answer.text:
                watch.wrong.append(f"{form.action} of {form.page} forgets what was typed in {kept}")
        if answer.status_code == 303:
            found[at] = form.again() or form


def test_every_page_still_opens_with_all_that_in_it(furnished: Town) -> None:
    wrong = []
    openers: dict[str, Any] = {}
    for client, page in pages(furnished):
        openers.setdefault(page, client)
    for page, client in openers.items():
        answer = client.get(page)
        if answer.status_code >= 500 and "/readyz" not in page:
            wrong.append(f"{answer.status_code} {page}")
        if answer.mimetype == "text/html" and "</script>{{" in answer.text:
            wrong.append(f"{page}: not escaped")
    assert not wrong, "\n".join(wrong)
