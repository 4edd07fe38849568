"""How `bin/manage` finds the database: the address it was given, the embedded cluster as it runs, or one it starts."""

from pathlib import Path

import psycopg
import pytest

from saas.problem import Problem
from tests.workers.installation import Installation
from workers import manage
from workers.admin import database_of, inside, reach
from workers.embedded.postgres import Postgres


@pytest.fixture(autouse=True)
def no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def name_of(url: str) -> str:
    with psycopg.connect(inside(url, "postgres")) as connection:
        row = connection.execute("SELECT current_user").fetchone()
    return row[0] if row else ""


def test_a_running_cluster_is_used_and_left_running(home: Path, admin_url: str) -> None:
    for _ in range(2):
        with reach(home) as url:
            assert name_of(url) == "postgres"
    assert name_of(admin_url) == "postgres"


def test_a_stopped_cluster_is_started_for_the_while(tmp_path: Path) -> None:
    server = Postgres(tmp_path, fsync=False)
    try:
        with pytest.raises(Problem, match="先运行 bin/run"), reach(tmp_path):
            pass
        with reach(tmp_path, create=True) as url:
            assert name_of(url) == "postgres"
        with reach(tmp_path) as url:
            assert name_of(url) == "postgres"
        with pytest.raises(psycopg.OperationalError):
            name_of(url)
    finally:
        server.remove()


def test_a_given_address_that_does_not_answer_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres@127.0.0.1:1/postgres")
    monkeypatch.setenv("LINSHENG_HOME", str(tmp_path))
    assert manage.main(["backup", "make"]) == 1
    assert "请检查 DATABASE_URL" in capsys.readouterr().err


def test_the_database_is_the_one_that_the_processes_use(tmp_path: Path, home: Path, dsns: dict[str, str]) -> None:
    assert database_of(tmp_path) == "linsheng"
    assert database_of(home) == "linsheng_test"
    assert Installation("", home, "").dsns["app"] == dsns["app"]


@pytest.mark.parametrize("words", [["backup"], ["backup", "restore"], ["outbox", "retry"], ["outbox", "mend"]])
def test_senseless_commands_say_how(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        manage.main(words)
    assert end.value.code == 2
    assert f"bin/manage {words[0]}" in capsys.readouterr().err


@pytest.mark.parametrize("group", ["backup", "outbox", "doctor"])
def test_every_group_has_help(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        manage.main([group, "--help"])
    assert end.value.code == 0
    assert f"bin/manage {group}" in capsys.readouterr().out
