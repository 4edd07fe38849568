"""Sign in and out."""

import time
from datetime import timedelta

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask

from saas import clock
from saas.db import db
from saas.identity import actions, brakes, passwords
from saas.identity.safe_next import safe_next
from tests.identity.door import PASSWORD, Stranger, give_password, sentence
from tests.world import OPERATOR, Person, Place, World

UNIFORM = "邮箱或密码不正确"


def test_the_only_project_opens_at_once(person: Person, stranger: Stranger) -> None:
    answer = stranger.sign_in(person)
    assert (answer.status_code, answer.location) == (303, "/xiangrui/yunqi/")
    assert stranger.get("/settings").status_code == 200


@pytest.mark.rule("A2")
def test_several_projects_open_the_picker(world: World, person: Person, stranger: Stranger) -> None:
    other = Place(world, "xiangrui", "quality", *_office(world))
    other.staff("林晓燕", "quality", email=person.email)
    assert stranger.sign_in(person).location == "/projects"


def _office(world: World) -> tuple[int, str]:
    from sqlalchemy import select

    from saas.tenancy.models import Tenant

    with world.app.app_context():
        tenant = db.session.scalars(select(Tenant).where(Tenant.kind == "head_office")).one()
        return tenant.id, tenant.schema_name


def test_cookie_is_closed_to_scripts_and_other_sites(person: Person, stranger: Stranger) -> None:
    cookie = next(c for c in stranger.sign_in(person).headers.getlist("Set-Cookie") if c.startswith("sid="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_wrong_unknown_disabled_and_uninvited_answer_the_same(
    person: Person, project: Place, stranger: Stranger
) -> None:
    new = project.staff("赵敏", "steward")
    gone = project.staff("孙丽", "steward")
    give_password(gone)
    with stranger.app.app_context():
        actions.disable(gone.id, by=OPERATOR)
        db.session.commit()
    answers = [
        stranger.sign_in(person, "wrong password"),
        stranger.post("/login", email="nobody@example.com", password=PASSWORD),
        stranger.post("/login", email="not an address\x00", password=PASSWORD),
        stranger.sign_in(gone),
        stranger.sign_in(new),
    ]
    assert {a.status_code for a in answers} == {422}
    assert len({sentence(a) for a in answers}) == 1
    assert UNIFORM in sentence(answers[0])


def test_unknown_account_takes_as_long_as_a_wrong_password(person: Person, app: Flask) -> None:
    def shortest(email: str) -> float:
        spent = []
        for _ in range(4):
            started = time.process_time()
            with app.app_context():
                assert actions.authenticate(email, "wrong password") is None
            spent.append(time.process_time() - started)
        return min(spent)

    assert shortest("nobody@example.com") > 0.4 * shortest(person.email)


def test_old_hash_is_made_anew(person: Person, stranger: Stranger, admin: psycopg.Connection) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    admin.execute("UPDATE platform.users SET password_hash = %s", [weak])
    assert stranger.sign_in(person).status_code == 303
    (kept,) = admin.execute("SELECT password_hash FROM platform.users WHERE email = %s", [person.email]).fetchone() or (
        "",
    )
    assert kept != weak
    assert not passwords.outdated(kept)


def test_nothing_typed_names_the_fields(stranger: Stranger) -> None:
    answer = stranger.post("/login", email="", password="")
    assert answer.status_code == 422
    assert "请填写登录邮箱" in answer.text
    assert "请填写密码" in answer.text


def test_form_without_csrf_token_is_refused(person: Person, stranger: Stranger) -> None:
    data = {"email": person.email, "password": PASSWORD}
    assert stranger.client.post("/login", data=data).status_code == 400
    assert stranger.cookie == ""


def test_brake_per_account_wherever_the_attempts_come_from(person: Person, app: Flask) -> None:
    codes = [Stranger(app, f"203.0.113.{n}").sign_in(person, "wrong password").status_code for n in range(11)]
    assert codes == [422] * 10 + [429]
    braked = Stranger(app, "198.51.100.1").sign_in(person)
    assert braked.status_code == 429
    assert "尝试次数过多" in sentence(braked)
    assert int(braked.headers["Retry-After"]) > 0
    assert person.email in braked.text, "what was typed stays"


def test_brake_per_address_whatever_the_account(person: Person, stranger: Stranger) -> None:
    for n in range(60):
        brakes.slow_guessing(f"nobody{n}@example.com", stranger.address)
    assert stranger.post("/login", email="nobody60@example.com", password="x").status_code == 429
    assert stranger.sign_in(person).status_code == 429
    assert Stranger(stranger.app, "198.51.100.7").sign_in(person).status_code == 303


def test_right_password_loosens_the_brake(person: Person, stranger: Stranger) -> None:
    for _ in range(3):
        for _ in range(5):
            stranger.sign_in(person, "wrong password")
        assert stranger.sign_in(person).status_code == 303
        stranger.post("/logout", page="/projects")


def test_signing_out_ends_the_session_at_once(person: Person, stranger: Stranger) -> None:
    stranger.sign_in(person)
    token = stranger.cookie
    answer = stranger.post("/logout", page="/projects")
    assert (answer.status_code, answer.location) == (303, "/login")
    stranger.client.set_cookie("sid", token)
    assert stranger.get("/settings").location.startswith("/login")


def test_disabling_ends_every_session_at_once(person: Person, stranger: Stranger) -> None:
    stranger.sign_in(person)
    assert stranger.get("/xiangrui/yunqi/delegations/").status_code == 200
    with stranger.app.app_context():
        actions.disable(person.id, by=OPERATOR)
        db.session.commit()
    assert stranger.get("/xiangrui/yunqi/delegations/").status_code == 302
    assert person.get("delegations/").status_code == 302


def test_session_expires_when_unused(person: Person, stranger: Stranger) -> None:
    stranger.sign_in(person)
    with clock.at(clock.now() + timedelta(days=13)):
        assert stranger.get("/settings").status_code == 200
    with clock.at(clock.now() + timedelta(days=26)):
        assert stranger.get("/settings").status_code == 200
    with clock.at(clock.now() + timedelta(days=41)):
        assert stranger.get("/settings").status_code == 302


def test_signing_in_again_ends_the_session_before(person: Person, stranger: Stranger) -> None:
    stranger.sign_in(person)
    first = stranger.cookie
    stranger.client.delete_cookie("sid")
    found = stranger.get("/login").text
    assert "登录" in found
    stranger.client.set_cookie("sid", first)
    token = found.split('name="csrf_token" value="')[1].split('"')[0]
    stranger.client.post("/login", data={"csrf_token": token, "email": person.email, "password": PASSWORD})
    assert stranger.cookie != first
    stranger.client.set_cookie("sid", first)
    assert stranger.get("/settings").status_code == 302


def test_lost_session_comes_back_to_where_it_was(person: Person, stranger: Stranger) -> None:
    away = stranger.get("/xiangrui/yunqi/delegations/?x=1")
    assert away.location == "/login?next=/xiangrui/yunqi/delegations/?x%3D1"
    part = stranger.get("/xiangrui/yunqi/delegations/", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert (part.status_code, part.headers["HX-Redirect"][:6]) == (401, "/login")
    page = stranger.get(away.location)
    assert 'value="/xiangrui/yunqi/delegations/?x=1"' in page.text
    assert stranger.sign_in(person, next="/xiangrui/yunqi/delegations/?x=1").location.endswith("/delegations/?x=1")
    assert stranger.get("/login?next=/settings").location == "/settings"


EVIL = (
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)", "///evil",
    "/\t/evil.example", "/ok\r\nSet-Cookie: x=1", "evil.example", "/\x00", "data:text/html,x", "/login", "/logout",
    "http:/evil", " //evil.example", "/%5c\\evil", "/x" * 2000,
)  # fmt: skip


@pytest.mark.parametrize("target", EVIL)
def test_next_leads_nowhere_else(target: str) -> None:
    assert safe_next(target) == ""


def test_next_of_the_form_is_not_believed(person: Person, stranger: Stranger) -> None:
    for target in EVIL[:6]:
        assert stranger.sign_in(person, next=target).location == "/xiangrui/yunqi/", target
        stranger.post("/logout", page="/projects")


def test_next_from_the_address_is_read_the_same(person: Person, stranger: Stranger) -> None:
    for encoded in ("//evil.example", "%2F%2Fevil", "/%5Cevil", "/ok%0d%0aSet-Cookie:%20x=1", "javascript:alert(1)"):
        page = stranger.get(f"/login?next={encoded}")
        assert 'name="next" value=""' in page.text, encoded


def test_front_door(person: Person, stranger: Stranger) -> None:
    assert stranger.get("/").location == "/login"
    stranger.sign_in(person)
    assert stranger.get("/").location == "/xiangrui/yunqi/"
    assert stranger.get("/login").location == "/xiangrui/yunqi/"
