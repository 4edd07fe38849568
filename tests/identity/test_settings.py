"""One's own account."""

from flask import Flask

from tests.identity.door import PASSWORD, Stranger, sessions_of
from tests.world import Person

NEW = "seven blue kettles sing"


def change(person: Person, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> tuple[int, str]:
    answer = person.post("/settings/password", {"old": old, "password": new, "again": again})
    return answer.status_code, answer.text


def test_settings_need_a_session(app: Flask) -> None:
    assert Stranger(app).get("/settings").location == "/login?next=/settings"


def test_changing_the_password_ends_the_other_sessions(person: Person, app: Flask) -> None:
    other = Stranger(app)
    other.sign_in(person)
    assert change(person)[0] == 303
    assert person.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302
    assert Stranger(app).sign_in(person).status_code == 422
    assert Stranger(app).sign_in(person, NEW).status_code == 303


def test_refused_changes_say_what_to_do(person: Person, app: Flask) -> None:
    for fields, says in (
        (("wrong password", NEW, NEW), "当前密码不正确"),
        ((PASSWORD, PASSWORD, PASSWORD), "与当前密码相同"),
        ((PASSWORD, "1234567890", "1234567890"), "太常见"),
        ((PASSWORD, NEW, "other"), "两次输入不一致"),
        (("", "", ""), "请填写当前密码"),
    ):
        code, text = change(person, *fields)
        assert code == 422, fields
        assert says in text
    assert Stranger(app).sign_in(person).status_code == 303


def test_other_browsers_are_listed_and_signed_out(person: Person, app: Flask) -> None:
    other = Stranger(app)
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone) MicroMessenger/8.0 <script>"
    other.sign_in(person)
    page = person.get("/settings").text
    assert "微信，iPhone" in page
    assert "这台设备" in page
    assert sessions_of(person) == 2
    assert person.post("/settings/sessions/end").status_code == 303
    assert other.get("/settings").status_code == 302
    assert person.get("/settings").status_code == 200


def test_guessing_the_password_here_is_braked(person: Person) -> None:
    codes = [change(person, "wrong password")[1] for _ in range(11)]
    assert "当前密码不正确" in codes[9]
    assert "尝试次数过多" in codes[10]


def test_forms_without_csrf_token_are_refused(person: Person) -> None:
    for path in ("/settings/password", "/settings/sessions/end", "/settings/second-factor", "/logout"):
        assert person.client.post(path, data={"old": PASSWORD}).status_code == 400, path
    assert person.get("/settings").status_code == 200
