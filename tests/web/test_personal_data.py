"""Where personal data must not be: logs, addresses, Valkey, arguments of jobs, titles; and masked where it is shown."""

import logging
import re
from urllib.parse import unquote

import psycopg
import pytest
from flask import Flask
from redis import Redis

from saas import clock
from saas.trace import trace
from tests.complaints.conftest import Yard
from tests.world import World

NAME, PHONE, MAIL, ID = "欧阳晓梅", "13912345678", "ouyang@secret.example", "330102198001011234"
SECRETS = (NAME, PHONE, MAIL, ID)


@pytest.fixture
def yard(world: World) -> Yard:
    """A project with its people."""
    place = world.project(world.company())
    roles = (
        "steward", "front_desk", "service_supervisor", "project_manager", "division_leader", "general_manager",
        "engineering_supervisor",
    )  # fmt: skip
    people = [place.staff(f"员工{n}", role) for n, role in enumerate(roles)]
    answer = people[0].post("customers", {"label": "3-2-1502", "occupancy": "occupied", "steward_id": ""})
    assert answer.status_code == 303, answer.text
    unit = answer.headers["Location"].rsplit("/", 1)[1]
    person = {
        "name": NAME,
        "relation": "owner",
        "phones": PHONE,
        "email": MAIL,
        "note": f"证件 {ID}",
        "preferred_channel": "",
    }
    assert people[0].post(f"customers/{unit}/people", person).status_code == 303
    return Yard(place, *people, unit, None)  # type: ignore[arg-type]


def test_a_journey_leaves_nothing_personal_where_it_does_not_belong(
    yard: Yard, admin: psycopg.Connection, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = []
    facts = {
        "subject": "电梯停运", "body": f"{NAME}来电，回电 {PHONE}，身份证 {ID}", "category": "facilities",
        "source": "project_phone", "channel": "phone", "reporter": NAME, "phone": PHONE, "email": MAIL,
        "room": "3-2-1502",
        "received_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    made = yard.steward.post("complaints/", facts)
    assert made.status_code == 303, made.text
    answers.append(made)
    case = made.headers["Location"].rsplit("/", 1)[1]
    titled = yard.steward.post("complaints/", {**facts, "subject": f"电梯停运，回电 {PHONE}"})
    assert titled.status_code == 422
    assert "请把电话或证件号码写到内容里" in titled.text
    answers += [titled, yard.steward.post("complaints/", {**facts, "category": ""})]
    answers.append(yard.steward.post(f"complaints/{case}/reveals", {"reason": "回电"}))
    answers.append(yard.steward.post(f"complaints/{case}/sheet"))
    letter = {"kind": "notice", "title": "通知", "body": "停水", "emails": f"{NAME} <{MAIL}>"}
    answers.append(yard.steward.post("releases", letter))
    people = f"customers/{yard.unit}"
    lists = [
        "", "complaints/", "customers", "contacts", "releases", "imports", "reminders", f"complaints/{case}", people,
        "search?q=1502",
    ]  # fmt: skip
    pages = {path: yard.steward.get(path) for path in lists}

    leaks: list[str] = []
    for path, page in pages.items():
        assert page.status_code == 200, path
        leaks += [path for secret in (PHONE, ID) if secret in page.text]
        assert MAIL not in page.text or path.startswith("releases"), path
        title = re.search(r"<title>(.*?)</title>", page.text, re.S)
        assert title
        leaks += [f"title of {path}" for secret in SECRETS if secret in title[1]]
        for address in re.findall(r'(?:href|action|src|hx-\w+)="([^"]*)"', page.text):
            assert not any(secret in unquote(address) for secret in SECRETS), (path, address)
    assert leaks == []
    for answer in answers:
        assert not any(secret in unquote(answer.headers.get("Location", "")) for secret in SECRETS)
    assert not any(secret in caplog.text for secret in SECRETS)
    assert not any(secret in f"{PHONE}{row}" and secret in str(row) for secret in SECRETS for row in outbox(admin))
    with Redis.from_url(redis_url) as valkey:
        assert not any(secret in kept for secret in SECRETS for kept in dump(valkey))


def outbox(admin: psycopg.Connection) -> list[tuple[object, ...]]:
    """What waits for workers."""
    rows = admin.execute("SELECT job, args FROM platform.outbox").fetchall()
    assert rows
    return rows


def dump(valkey: Redis) -> list[str]:
    """Every key with its value, as bytes allow to read them."""
    return [f"{key!r} {valkey.dump(key)!r}" for key in valkey.scan_iter()]


def test_an_error_is_logged_without_what_was_typed(app: Flask) -> None:
    def fail(typed: str) -> None:
        try:
            int(typed)
        except ValueError as error:
            raise RuntimeError(f"could not read {typed}") from error

    with pytest.raises(RuntimeError) as caught:
        fail(NAME)
    told = trace(caught.value)
    assert NAME not in told
    assert "ValueError" in told
    assert "RuntimeError" in told
    assert "test_personal_data.py" in told


def test_an_error_of_the_database_is_logged_without_its_values(app: Flask) -> None:
    from sqlalchemy import text

    from saas.db import db

    with app.app_context():
        with pytest.raises(Exception) as caught:  # noqa: PT011
            db.session.execute(text("SELECT CAST(:typed AS integer)"), {"typed": NAME})
        assert NAME not in trace(caught.value)
        assert "22P02" in trace(caught.value)
        assert "hide_parameters" in str(caught.value)


def test_history_shows_changes_of_numbers_masked(yard: Yard) -> None:
    """A change of a dossier keeps before and after in the event; the page shows neither in full (B10)."""
    dossier = yard.steward.get(f"customers/{yard.unit}").text
    found = re.search(rf"customers/{yard.unit}/people/([0-9a-f-]+)/edit", dossier)
    assert found
    path = f"customers/{yard.unit}/people/{found[1]}"
    version = re.search(r'name="version" value="(\d+)"', yard.steward.get(f"{path}/edit").text)
    assert version
    changes = {"name": NAME, "relation": "owner", "phones": "13700000001", "email": "new@secret.example"}
    changes |= {"version": version[1], "preferred_channel": ""}
    assert yard.steward.post(path, changes).status_code == 303
    shown = yard.steward.get(f"customers/{yard.unit}").text
    for number in (PHONE, "13700000001", "new@secret.example", MAIL):
        assert number not in shown
