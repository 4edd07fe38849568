"""The second factor: codes work once, recovery codes too, and a half session opens nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from saas import ciphers, clock, config
from saas.config import Config
from saas.db import db
from saas.identity import second_factor
from saas.identity.models import User
from saas.identity.rekey import rekey, unreadable
from tests.identity.door import PASSWORD, Stranger, code_now, give_password, sentence, turn_on
from tests.world import Person

MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def secured(person: Person) -> tuple[Person, str, list[str]]:
    """Somebody who turned the second factor on at MOMENT."""
    with clock.at(MOMENT):
        return person, *turn_on(person)


@pytest.fixture
def migrator(dsns: dict[str, str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsns["migrator"], autocommit=True) as connection:
        yield connection


def test_password_alone_opens_nothing(secured: tuple[Person, str, list[str]], stranger: Stranger) -> None:
    person = secured[0]
    assert stranger.sign_in(person, next="/settings").location == "/login/code?next=/settings"
    for path in ("/settings", "/projects", "/xiangrui/yunqi/delegations/"):
        assert stranger.get(path).location.startswith("/login"), path
    assert stranger.get("/login").location == "/login/code"


def test_code_opens_and_goes_where_one_wanted(secured: tuple[Person, str, list[str]], stranger: Stranger) -> None:
    person, secret, _ = secured
    with clock.at(MOMENT + timedelta(minutes=1)):
        stranger.sign_in(person)
        half = stranger.cookie
        answer = stranger.post("/login/code", page="/login/code", code=code_now(secret), next="/settings")
        assert (answer.status_code, answer.location) == (303, "/settings")
        assert stranger.get("/settings").status_code == 200
        assert stranger.cookie != half
        stranger.client.set_cookie("sid", half)
        assert stranger.get("/settings").status_code == 302, "the half session is dead"


def test_used_code_is_refused_later_and_at_the_same_moment(secured: tuple[Person, str, list[str]], app: Flask) -> None:
    person, secret, _ = secured
    with clock.at(MOMENT + timedelta(minutes=1)):
        code = code_now(secret)
        first, second = Stranger(app, "203.0.113.1"), Stranger(app, "203.0.113.2")
        for browser in (first, second):
            browser.sign_in(person)
        assert first.post("/login/code", page="/login/code", code=code).status_code == 303
        replay = second.post("/login/code", page="/login/code", code=code)
        assert replay.status_code == 422
        assert "验证码不正确" in sentence(replay)
        earlier = second.post("/login/code", page="/login/code", code=code_now(secret, -1))
        assert earlier.status_code == 422, "a step before the last one taken"


def test_of_parallel_tries_one_wins(secured: tuple[Person, str, list[str]], app: Flask) -> None:
    person, secret, codes = secured
    moment = MOMENT + timedelta(minutes=2)

    def attempt(code: str) -> bool:
        with clock.at(moment), app.app_context():
            user = db.session.get_one(User, person.id)
            won = second_factor.accept(db.session(), user, code) or second_factor.recover(db.session(), user, code)
            db.session.commit()
            return won

    with ThreadPoolExecutor(8) as pool:
        with clock.at(moment):
            code = code_now(secret)
        assert sum(pool.map(attempt, [code] * 8)) == 1
        assert sum(pool.map(attempt, [codes[0]] * 8)) == 1


def test_wrong_code_is_refused(secured: tuple[Person, str, list[str]], stranger: Stranger) -> None:
    stranger.sign_in(secured[0])
    for code in ("", "000000", "12345", "abcdef", "１２３４５６", "1234567", "\x00", "' OR 1=1", "9" * 5000):
        assert stranger.post("/login/code", page="/login/code", code=code).status_code == 422, code


def test_recovery_code_works_once_however_it_is_written(secured: tuple[Person, str, list[str]], app: Flask) -> None:
    person, _, codes = secured
    assert len(set(codes)) == 10
    for number, (written, status) in enumerate([(codes[0].upper().replace("-", " "), 303), (codes[0], 422)]):
        browser = Stranger(app, f"203.0.113.{number}")
        browser.sign_in(person)
        assert browser.post("/login/code", page="/login/code", code=written).status_code == status


def test_codes_are_kept_as_hashes(secured: tuple[Person, str, list[str]], app: Flask) -> None:
    from sqlalchemy import select

    from saas.identity.models import RecoveryCode

    with app.app_context():
        kept = set(db.session.scalars(select(RecoveryCode.code_hash)))
    assert len(kept) == 10
    assert not any(code.encode() in row for code in secured[2] for row in kept)


def test_guessing_codes_is_braked(secured: tuple[Person, str, list[str]], app: Flask) -> None:
    person, codes = secured[0], []
    for number in range(11):
        browser = Stranger(app, f"203.0.113.{number}")
        browser.sign_in(person)
        codes.append(browser.post("/login/code", page="/login/code", code="000000").status_code)
    assert codes == [422] * 10 + [429]


def test_half_session_does_not_live_long(secured: tuple[Person, str, list[str]], stranger: Stranger) -> None:
    with clock.at(MOMENT):
        stranger.sign_in(secured[0])
    with clock.at(MOMENT + timedelta(minutes=9)):
        assert stranger.get("/login/code").status_code == 200
    with clock.at(MOMENT + timedelta(minutes=11)):
        assert stranger.get("/login/code").location == "/login"


def test_code_page_without_a_half_session_leads_to_sign_in(person: Person, stranger: Stranger) -> None:
    assert stranger.get("/login/code").location == "/login"
    assert stranger.post("/login/code", code="123456").location == "/login"
    stranger.sign_in(person)
    assert stranger.get("/login/code").location == "/login"


def test_setting_it_up_shows_the_codes_once(person: Person, app: Flask) -> None:
    with clock.at(MOMENT):
        other = Stranger(app)
        other.sign_in(person)
        assert person.post("/settings/second-factor").location == "/settings/second-factor"
        page = person.get("/settings/second-factor").text
        assert "<svg" in page
        secret = page.split("<code>")[1].split("</code>")[0].replace(" ", "")
        wrong = person.post("/settings/second-factor/confirmation", {"code": "000000"})
        assert wrong.status_code == 422
        assert secret in wrong.text.replace(" ", ""), "the same secret is still there to scan"
        done = person.post("/settings/second-factor/confirmation", {"code": code_now(secret)})
        codes = [part.split("</code>")[0] for part in done.text.split("<code>")[1:]]
        assert len(codes) == 10
        again = person.get("/settings")
        assert again.status_code == 200, "this browser has passed"
        assert not any(code in again.text for code in codes)
        assert other.get("/settings").status_code == 302, "the others are signed out"
        assert person.get("/settings/second-factor").location == "/settings"
        assert person.post("/settings/second-factor").status_code == 422


def test_turning_it_off_and_new_codes_ask_for_the_password(person: Person, app: Flask) -> None:
    with clock.at(MOMENT):
        person.post("/settings/second-factor")
        page = person.get("/settings/second-factor").text
        secret = page.split("<code>")[1].split("</code>")[0].replace(" ", "")
        old = person.post("/settings/second-factor/confirmation", {"code": code_now(secret)}).text
        for path in ("/settings/second-factor/removal", "/settings/recovery-codes"):
            assert person.post(path, {"password": ""}).status_code == 422
            assert "当前密码不正确" in person.post(path, {"password": "wrong password"}).text
        new = person.post("/settings/recovery-codes", {"password": PASSWORD})
        first_old = old.split("<code>")[1].split("</code>")[0]
        assert new.status_code == 200
        assert first_old not in new.text
        with app.app_context():
            user = db.session.get_one(User, person.id)
            assert not second_factor.recover(db.session(), user, first_old)
        assert person.post("/settings/second-factor/removal", {"password": PASSWORD}).status_code == 303
        give_password(person)
        browser = Stranger(app)
        assert browser.sign_in(person).location == "/xiangrui/yunqi/"


def kept(admin: psycopg.Connection, person: Person) -> str:
    """What the database holds of the secret."""
    row = admin.execute("SELECT totp_secret FROM platform.users WHERE id = %s", [person.id]).fetchone()
    assert row
    return str(row[0])


def opens(person: Person, secret: str, minutes: int, app: Flask) -> int:
    """What the sign-in page answers to the code of that minute."""
    with clock.at(MOMENT + timedelta(minutes=minutes)):
        browser = Stranger(app, f"203.0.113.{minutes}")
        browser.sign_in(person)
        return browser.post("/login/code", page="/login/code", code=code_now(secret)).status_code


def test_the_row_alone_yields_no_code(secured: tuple[Person, str, list[str]], admin: psycopg.Connection) -> None:
    person, secret, _ = secured
    row = kept(admin, person)
    assert secret not in row
    name, _, hidden = row.partition(":")
    with pytest.raises(ciphers.KeyLost):
        ciphers.Keys.of("another installation").reveal(row, person.id.bytes)
    ours = ciphers.keys()
    assert ours.reveal(row, person.id.bytes) == secret
    for spoilt, about in ((row, uuid4().bytes), (f"{name}:{hidden[:-4]}AAAA", person.id.bytes), (name, b"")):
        with pytest.raises(ciphers.KeyLost):
            ours.reveal(spoilt, about)
    assert ours.conceal(secret, person.id.bytes) != row, "the same secret never looks the same"


def test_the_database_takes_no_secret_in_the_clear(secured: tuple[Person, str, list[str]], app: Flask) -> None:
    with app.app_context():
        db.session.get_one(User, secured[0].id).totp_secret = secured[1]
        with pytest.raises(IntegrityError, match="second_factor_is_enciphered"):
            db.session.flush()


def test_lost_key_is_told_and_recovery_codes_go_on_working(
    secured: tuple[Person, str, list[str]], settings: Config, app: Flask, migrator: psycopg.Connection
) -> None:
    person, secret, codes = secured
    config.use(replace(settings, secret_key="made anew, because the file was lost"))
    assert unreadable(migrator, ciphers.keys()) == 1
    browser = Stranger(app)
    browser.sign_in(person)
    answer = browser.post("/login/code", page="/login/code", code=code_now(secret))
    assert answer.status_code == 422
    assert "请改用恢复码登录" in sentence(answer)
    assert browser.post("/login/code", page="/login/code", code=codes[0]).status_code == 303
    assert browser.get("/settings").status_code == 200
    gone = browser.post("/settings/second-factor/removal", page="/settings", password=PASSWORD)
    assert gone.status_code == 303, "and set it up again"
    config.use(settings)
    assert Stranger(app).sign_in(person).location == "/xiangrui/yunqi/", "there is no second factor to ask for"


def test_key_lost_before_the_first_code_means_beginning_anew(person: Person, settings: Config) -> None:
    assert person.post("/settings/second-factor").status_code == 303
    config.use(replace(settings, secret_key="made anew, because the file was lost"))
    assert person.get("/settings/second-factor").location == "/settings"
    assert person.post("/settings/second-factor/confirmation", {"code": "000000"}).location == "/settings"
    assert person.post("/settings/second-factor").status_code == 303
    assert "<svg" in person.get("/settings/second-factor").text


def test_key_is_changed_without_anybody_noticing(
    secured: tuple[Person, str, list[str]], settings: Config, app: Flask, admin: psycopg.Connection,
    migrator: psycopg.Connection,
) -> None:  # fmt: skip
    person, secret, _ = secured
    before = kept(admin, person)
    config.use(replace(settings, secret_key="the next one", former_keys=(settings.secret_key,)))
    assert opens(person, secret, 1, app) == 303, "the former key still opens it"
    assert [rekey(migrator, ciphers.keys()) for _ in range(2)] == [1, 0]
    assert kept(admin, person) != before
    config.use(replace(settings, secret_key="the next one"))
    assert opens(person, secret, 2, app) == 303
    assert rekey(migrator, ciphers.Keys.of("a stranger")) == 0, "what it cannot open it leaves alone"


def test_bootstrap_enciphers_what_earlier_releases_kept_in_the_clear(
    secured: tuple[Person, str, list[str]], app: Flask, admin: psycopg.Connection, migrator: psycopg.Connection
) -> None:
    person, secret, _ = secured
    limit = "second_factor_is_enciphered"
    (check,) = admin.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [limit]
    ).fetchone() or ("",)
    admin.execute(f"ALTER TABLE platform.users DROP CONSTRAINT {limit}")
    admin.execute("UPDATE platform.users SET totp_secret = %s WHERE id = %s", [secret, person.id])
    admin.execute(f"ALTER TABLE platform.users ADD CONSTRAINT {limit} {check}")
    assert rekey(migrator, ciphers.keys()) == 1
    assert secret not in kept(admin, person)
    assert opens(person, secret, 1, app) == 303
