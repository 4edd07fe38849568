"""Cookies, hosts and ways back: what a hostile page or a hostile header could try."""

import re

import pytest
from flask import Flask

from tests.identity.door import Stranger, give_password
from tests.world import Person, World

ELSEWHERE = (
    "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
    "/login/../..//evil.example" + "x" * 3000, "/\t/evil.example", "/%0d%0aLocation:evil", "///evil.example",
    "http:evil.example",
)  # fmt: skip
COOKIES = (
    "sid=\x00", "sid=%00", "sid=" + "a" * 9000, 'sid="\\000"', "sid=\xff\xfe", "session=x.y.z", "theme=<script>",
)  # fmt: skip
FILES = (
    "../../../etc/passwd.xlsx", "a\x00b.xlsx", "x\r\nSet-Cookie: a=b.xlsx", "<img src=x>.xlsx", "长" * 500 + ".xlsx",
    "CON.xlsx", ".xlsx", "\u202egpj.xlsx", "a;b\"c'.xlsx",
)  # fmt: skip


@pytest.fixture
def person(world: World) -> Person:
    someone = world.project(world.company()).staff("林晓燕", "steward", email="lin@example.com")
    give_password(someone)
    return someone


@pytest.mark.parametrize("target", ELSEWHERE, ids=lambda t: t[:20])
def test_signing_in_never_leads_elsewhere(app: Flask, person: Person, target: str) -> None:
    answer = Stranger(app, f"203.0.113.{len(target) % 250}").sign_in(person, next=target)
    assert answer.status_code == 303
    where = answer.headers["Location"]
    assert where.startswith("/")
    assert not where.startswith(("//", "/\\"))
    assert "\r" not in where
    assert "\n" not in where


def test_cookies_are_out_of_reach(app: Flask, person: Person) -> None:
    answer = Stranger(app).sign_in(person)
    cookies = answer.headers.getlist("Set-Cookie")
    kept = next(c for c in cookies if c.startswith("sid="))
    for mark in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert mark in kept
    for each in cookies:
        assert "Domain=" not in each, each
    assert all("HttpOnly" in c and "SameSite=Lax" in c for c in cookies if c.startswith(("sid=", "session=")))


def test_signing_out_needs_its_token_and_ends_the_session_at_once(app: Flask, person: Person) -> None:
    visitor = Stranger(app)
    visitor.sign_in(person)
    home = f"/{person.place.company}/{person.place.slug}/"
    stolen = visitor.cookie
    assert visitor.client.post("/logout").status_code == 400
    assert visitor.get(home).status_code == 200
    assert visitor.get("/logout").status_code == 405
    assert visitor.post("/logout", page="/projects").status_code == 303
    thief = app.test_client()
    thief.set_cookie("sid", stolen)
    assert thief.get(home).status_code == 302


def test_links_do_not_believe_the_host_header(world: World, person: Person) -> None:
    """Addresses that leave the browser (QR codes, mails, public letters) come from the settings."""
    supervisor = person.place.staff("周敏", "service_supervisor")
    made = supervisor.post("complaints/doors/", {"label": "3 栋大堂"})
    kept = supervisor.client.get_cookie("sid")
    assert kept
    supervisor.client.set_cookie("sid", kept.value, domain="evil.example")
    hostile = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    poster = supervisor.get(made.headers["Location"], headers=hostile)
    assert "evil.example" not in poster.text
    token = re.search(r"http://localhost(/q/[\w-]+)", poster.text)
    assert token
    for path in (token[1], "/login", "/"):
        answer = world.app.test_client().get(path, headers=hostile)
        assert "evil.example" not in answer.text
        assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("host", ["evil.example:80:80", "a b", "evil\u00e9", "[::1", "@", "x" * 5000])
def test_a_broken_host_is_no_error(app: Flask, host: str) -> None:
    answer = app.test_client().get("/login", headers={"Host": host.encode("latin-1", "replace").decode("latin-1")})
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("cookie", COOKIES, ids=lambda c: c[:12])
def test_a_broken_cookie_is_a_strangers(app: Flask, cookie: str) -> None:
    client = app.test_client(use_cookies=False)
    answer = client.get("/projects", headers={"Cookie": cookie})
    assert answer.status_code == 302
    assert "<script>" not in client.get("/login", headers={"Cookie": cookie}).text


@pytest.mark.parametrize("name", FILES, ids=lambda n: ascii(n)[:14])
def test_hostile_names_of_files(person: Person, name: str) -> None:
    from io import BytesIO

    from tenants.customers import roster

    answer = person.post("imports", {"kind": "roster", "file": (BytesIO(roster.template()), name)})
    assert answer.status_code in (303, 422)
    assert not answer.headers.get("Set-Cookie", "").startswith("a=b")
    shown = person.get("imports").text
    assert "<img src=x>" not in shown
    assert "etc/passwd" not in shown


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999"])
def test_a_wrong_length_is_no_error(person: Person, length: str) -> None:
    answer = person.client.post(person.at("complaints/"), data=b"", headers={"Content-Length": length})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"a": 1}'), ("text/xml", b"<a/>"), ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"a=+ADw-"),
        ("application/x-www-form-urlencoded", b"a=1&" * 300_000), ("application/x-www-form-urlencoded", b"%" * 1000),
        ("", b"\x00\x01"),
    ],
)  # fmt: skip
def test_bodies_of_all_kinds(person: Person, kind: str, body: bytes) -> None:
    for path in (person.at("complaints/"), "/login", person.at("imports")):
        answer = person.client.post(path, data=body, content_type=kind)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
        assert re.search("[\u4e00-\u9fff]{4}", answer.text)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FOO"])
def test_other_methods(person: Person, method: str) -> None:
    for path in ("/login", person.at("complaints/"), "/nowhere"):
        assert person.client.open(path, method=method).status_code in (404, 405, 400)
