"""bin/manage tenants and people: the command line twin of the operator's pages."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from saas import config
from tests.identity.door import Stranger, give_password, turn_on
from tests.world import World
from workers import manage


@pytest.fixture
def home_in_use(app: Flask, home: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a command on the test home."""
    monkeypatch.setenv("LINSHENG_HOME", str(home))
    monkeypatch.setenv("REDIS_URL", redis_url)
    before = config.current()
    monkeypatch.setattr(config, "_current", replace(before))


pytestmark = pytest.mark.usefixtures("home_in_use", "world")
COMPANY = (
    "tenants",
    "create-company",
    "hengtai",
    "恒泰物业",
    "--admin-email",
    "zhao@example.com",
    "--admin-name",
    "赵敏",
)


@pytest.mark.rule("A1")
def test_company_and_project_are_created_and_listed(
    capsys: pytest.CaptureFixture[str], admin: psycopg.Connection
) -> None:
    assert manage.main(COMPANY) == 0
    assert manage.main(["tenants", "create-project", "hengtai", "binjiang", "滨江一号"]) == 0
    capsys.readouterr()
    assert manage.main(["tenants", "list"]) == 0
    listed = capsys.readouterr().out
    assert "/hengtai/quality/" in listed
    assert "/hengtai/binjiang/" in listed
    rows = admin.execute(
        "SELECT t.kind, m.roles FROM platform.memberships m JOIN platform.tenants t ON t.id = m.tenant_id"
    )
    assert sorted(rows.fetchall()) == [("head_office", ["company_admin"]), ("project", ["company_admin"])]


def test_refusals_say_what_to_do_and_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert manage.main(COMPANY) == 0
    for words, says in (
        (COMPANY, "已被使用"),
        (("tenants", "create-project", "nobody", "x1", "某项目"), "没有网址标识为 nobody 的公司"),
        (("tenants", "create-project", "hengtai", "大", "某项目"), "小写字母"),
        (("people", "disable", "nobody@example.com"), "没有登录邮箱"),
        (("people", "appoint-operator", "nobody", "钱多"), "完整的邮箱地址"),
    ):
        capsys.readouterr()
        assert manage.main(words) == 1, words
        assert says in capsys.readouterr().err, words


@pytest.mark.parametrize("words", [(), ("tenants",), ("tenants", "create-company"), ("nonsense",)])
def test_wrong_usage_exits_2(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        manage.main(words)
    assert ended.value.code == 2


def test_home_that_was_not_bootstrapped_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINSHENG_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for words in (("tenants", "list"), ("doctor",), ("bootstrap",)):
        assert manage.main(words) == 1, words
        error = capsys.readouterr().err
        assert "bootstrap" in error or "DATABASE_URL" in error


def test_first_operator_comes_in_by_the_link_shown(capsys: pytest.CaptureFixture[str], app: Flask) -> None:
    assert manage.main(["people", "appoint-operator", "boss@example.com", "钱多", "--link"]) == 0
    link = capsys.readouterr().out.strip().splitlines()[-1]
    path = "/invitation/" + link.rpartition("/")[2]
    browser = Stranger(app)
    answer = browser.post(path, page=path, password="seven blue kettles", again="seven blue kettles")
    assert answer.location == "/operator/companies"
    assert browser.get(answer.location).status_code == 200
    assert manage.main(["people", "disable", "Boss@example.com"]) == 0
    assert browser.get("/operator/companies").status_code == 302
    assert manage.main(["people", "enable", "boss@example.com"]) == 0


def test_second_factor_is_reset_for_who_lost_everything(
    capsys: pytest.CaptureFixture[str], world: World, admin: psycopg.Connection
) -> None:
    person = world.project(world.company()).staff("林晓燕", "steward")
    wish = ["people", "reset-second-factor", person.email]
    assert manage.main(wish) == 1
    assert "没有开启两步验证" in capsys.readouterr().err
    give_password(person)
    turn_on(person)
    assert person.get("/settings").status_code == 302
    assert manage.main(wish) == 0
    browser = Stranger(world.app)
    assert browser.sign_in(person).location == "/xiangrui/yunqi/"
    row = admin.execute("SELECT actor_name, subject_id FROM platform.events WHERE name = 'user.second_factor_reset'")
    assert row.fetchall() == [("命令行", str(person.id))]
    assert admin.execute("SELECT count(*) FROM platform.recovery_codes").fetchone() == (0,)
