"""A form that comes again: outside every tenant, too, it has its effect once and leads where the first one led."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from redis import Redis

from saas.db import db
from saas.identity.loader import COOKIE
from saas.identity.models import User
from tests.identity.door import PASSWORD, Stranger, give_password
from tests.world import Person, World

NEW = "seven blue kettles sing"


@pytest.fixture
def person(world: World, redis_url: str) -> Person:
    """Somebody with a password who also is the platform's operator; no brake is warm."""
    with Redis.from_url(redis_url) as valkey:
        valkey.flushdb()
    someone = world.project(world.company()).staff("林晓燕", "steward", email="lin@example.com")
    give_password(someone)
    with world.app.app_context():
        db.session.get_one(User, someone.id).operator = True
        db.session.commit()
    return someone


def again(person: Person, path: str, fields: dict[str, str]) -> tuple[int, str]:
    """The same form, from another tab of the same browser."""
    tab = person.world.app.test_client()
    for each in ("session", COOKIE):
        cookie = person.client.get_cookie(each)
        assert cookie
        tab.set_cookie(each, cookie.value)
    answer = tab.post(path, data={"csrf_token": person.csrf, **fields})
    return answer.status_code, answer.headers.get("Location", "")


def events(admin: psycopg.Connection, name: str) -> int:
    return len(admin.execute("SELECT 1 FROM platform.events WHERE name = %s", [name]).fetchall())


def test_a_repeated_form_of_the_settings_says_so(person: Person, admin: psycopg.Connection) -> None:
    fields = {"old": PASSWORD, "password": NEW, "again": NEW, "key": str(uuid4())}
    for _ in range(2):
        answer = person.post("/settings/password", fields)
        assert (answer.status_code, answer.location) == (303, "/settings")
    assert "没有重复处理" in person.get("/settings").text
    assert events(admin, "user.password_set") == 1


def test_twenty_at_once_are_one(person: Person, admin: psycopg.Connection) -> None:
    person.post("/settings/sessions/end", {"key": "no key"})  # fetches the CSRF token
    form = {"name": "恒泰物业", "slug": "hengtai", "admin_name": "赵敏", "admin_email": "zhao@example.com"}
    fields, before = form | {"key": str(uuid4())}, events(admin, "company.created")
    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(lambda _: again(person, "/operator/companies", fields), range(20)))
    assert answers == {(303, "/operator/companies")}
    assert events(admin, "company.created") == before + 1


def test_refused_form_keeps_its_key_free(person: Person, admin: psycopg.Connection) -> None:
    key = {"key": str(uuid4())}
    wrong = {"old": "wrong password", "password": NEW, "again": NEW}
    assert person.post("/settings/password", wrong | key).status_code == 422
    assert admin.execute("SELECT count(*) FROM platform.taken_forms").fetchone() == (0,)
    assert person.post("/settings/password", wrong | {"old": PASSWORD} | key).status_code == 303


def test_key_belongs_to_who_used_it(person: Person) -> None:
    other, key = person.place.staff("陈志远", "project_manager"), {"key": str(uuid4())}
    assert person.post("/settings/sessions/end", key).status_code == 303
    answer = other.post("/settings/sessions/end", key)
    assert answer.status_code == 400
    assert "表单已被使用" in answer.text
    for bad in ("", "x", "1; DROP TABLE"):
        assert person.post("/settings/sessions/end", {"key": bad}).status_code == 400


def test_one_reset_mail_for_one_form(person: Person, app: Flask, admin: psycopg.Connection) -> None:
    browser, key = Stranger(app), str(uuid4())
    first = browser.post("/reset", page="/reset", email=person.email, key=key)
    assert person.email in first.text
    second = browser.post("/reset", page="/reset", email=person.email, key=key)
    assert second.status_code == 303
    assert person.email not in second.location
    assert "重设链接马上寄到" in browser.get(second.location).text
    jobs = admin.execute("SELECT count(*) FROM platform.outbox WHERE job = 'identity.reset'").fetchone()
    assert jobs == (1,)


def test_tenants_cannot_reach_the_platforms_keys(person: Person) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import ProgrammingError

    for statement in ("SELECT * FROM platform.taken_forms", "DELETE FROM platform.taken_forms"):
        with person.place.inside(), pytest.raises(ProgrammingError):
            db.session.execute(text(statement))
