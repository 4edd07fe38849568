"""Links from mails: invitation and reset; and which passwords may be."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from saas import clock
from saas.identity import passwords
from saas.problem import Problem
from tests.identity.door import PASSWORD, Stranger, link_for, sessions_of, turn_on
from tests.world import Person, Place

NEW = "seven blue kettles sing"


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "至少 10 位"),
        ("lin@example.com", "不能与邮箱相同"),
        ("LIN@Example.com", "不能与邮箱相同"),
        ("1234567890", "太常见"),
        ("Password123", "太常见"),
        ("aaaaaaaaaaaa", "太常见"),
        ("x" * 201, "最多 200 位"),
    ],
)
def test_refused_password_says_what_to_do(password: str, says: str) -> None:
    with pytest.raises(Problem, match=says):
        passwords.check_new(password, "lin@example.com")


def test_a_sentence_is_a_password() -> None:
    passwords.check_new("今天的电梯修好了没有呀", "lin@example.com")


def test_invitation_sets_the_password_and_goes_to_work(project: Place, app: Flask) -> None:
    person = project.staff("赵敏", "steward")
    token, browser = link_for(person, "invitation"), Stranger(app)
    page = browser.get(f"/invitation/{token}")
    assert person.email in page.text
    assert browser.get(f"/invitation/{token}").status_code == 200, "opening it uses nothing up"
    answer = browser.post(f"/invitation/{token}", page=f"/invitation/{token}", password=NEW, again=NEW)
    assert (answer.status_code, answer.location) == (303, "/xiangrui/yunqi/")
    assert browser.get("/settings").status_code == 200
    assert Stranger(app).sign_in(person, NEW).status_code == 303


def test_refused_password_keeps_the_link(project: Place, app: Flask) -> None:
    person = project.staff("赵敏", "steward")
    path, browser = f"/invitation/{link_for(person, 'invitation')}", Stranger(app)
    for fields, says in (
        ({"password": "", "again": ""}, "请填写新密码"),
        ({"password": NEW, "again": "other"}, "两次输入不一致"),
        ({"password": "1234567890", "again": "1234567890"}, "太常见"),
        ({"password": person.email, "again": person.email}, "不能与邮箱相同"),
    ):
        answer = browser.post(path, page=path, **fields)
        assert answer.status_code == 422
        assert says in answer.text
    assert browser.post(path, page=path, password=NEW, again=NEW).status_code == 303


def test_link_works_once_even_twenty_times_at_once(project: Place, app: Flask) -> None:
    person = project.staff("赵敏", "steward")
    path = f"/invitation/{link_for(person, 'invitation')}"

    def attempt(number: int) -> int:
        browser = Stranger(app, f"203.0.113.{number}")
        page = browser.get(path)
        if page.status_code != 200:
            return page.status_code
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return browser.client.post(path, data={"csrf_token": token, "password": NEW, "again": NEW}).status_code

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(attempt, range(20)))
    assert codes.count(303) == 1
    assert set(codes) == {303, 410}


def test_dead_links_say_what_to_do(person: Person, app: Flask) -> None:
    browser, reset = Stranger(app), link_for(person, "reset")
    with clock.at(clock.now() + timedelta(minutes=61)):
        late = browser.get(f"/reset/{reset}")
    assert late.status_code == 410
    assert "重新申请" in late.text
    for path in (f"/invitation/{reset}", "/invitation/nothing", "/reset/nothing"):
        assert browser.get(path).status_code == 410, path
        assert browser.post(path, password=NEW, again=NEW).status_code == 410, path


def test_forgotten_answers_the_same_for_everybody(person: Person, app: Flask) -> None:
    known = Stranger(app, "203.0.113.1").post("/reset", page="/reset", email=person.email)
    unknown = Stranger(app, "203.0.113.2").post("/reset", page="/reset", email="nobody@example.com")
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(person.email, "…") == unknown.text.replace("nobody@example.com", "…")
    assert Stranger(app).post("/reset", page="/reset", email="").status_code == 422


def test_asking_for_mails_is_braked(person: Person, app: Flask) -> None:
    codes = [Stranger(app, f"203.0.113.{n}").post("/reset", page="/reset", email=person.email) for n in range(5)]
    assert [c.status_code for c in codes] == [200] * 4 + [429]


def test_reset_signs_out_everywhere_and_ends_the_other_links(person: Person, app: Flask) -> None:
    other, token, browser = link_for(person, "reset"), link_for(person, "reset"), Stranger(app)
    assert person.get("delegations/").status_code == 200
    assert sessions_of(person) == 1
    answer = browser.post(f"/reset/{token}", page=f"/reset/{token}", password=NEW, again=NEW)
    assert answer.location == "/xiangrui/yunqi/"
    assert person.get("delegations/").status_code == 302
    assert browser.get(f"/reset/{other}").status_code == 410
    assert Stranger(app).sign_in(person).status_code == 422
    assert Stranger(app).sign_in(person, NEW).status_code == 303


def test_reset_does_not_get_round_the_second_factor(person: Person, app: Flask) -> None:
    turn_on(person)
    token, browser = link_for(person, "reset"), Stranger(app)
    answer = browser.post(f"/reset/{token}", page=f"/reset/{token}", password=NEW, again=NEW)
    assert answer.location == "/login"
    assert browser.get("/settings").status_code == 302
    assert browser.sign_in(person, NEW).location == "/login/code"


def test_forms_without_csrf_token_are_refused(person: Person, stranger: Stranger) -> None:
    token = link_for(person, "reset")
    assert stranger.client.post("/reset", data={"email": person.email}).status_code == 400
    assert stranger.client.post(f"/reset/{token}", data={"password": NEW, "again": NEW}).status_code == 400
    assert Stranger(stranger.app).sign_in(person, PASSWORD).status_code == 303


def test_what_is_no_address_is_said_to_be_none(app: Flask) -> None:
    for email in ("not an address", "a@b.cn, c@d.cn", "@example.com"):
        answer = Stranger(app).post("/reset", page="/reset", email=email)
        assert answer.status_code == 422, email
        assert "完整的邮箱地址" in answer.text
        assert f'value="{email}"' in answer.text
