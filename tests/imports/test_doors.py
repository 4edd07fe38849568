"""The same two actions behind the worker's doors and the command line (B13)."""

from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import func, select

from saas.db import db
from saas.sheets import read
from tenants.customers.models import Residency
from tests.imports.conftest import Desk, households
from tests.imports.test_rosters import BAD, SON, WANG
from workers import doors
from workers.manage import main

pytestmark = pytest.mark.rule("B13")


def test_a_worker_takes_both_steps_from_the_outbox(
    desk: Desk, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "_app", desk.place.world.app)
    key = UUID(desk.upload(households(WANG, SON)).headers["Location"].rsplit("/", 1)[1])

    def work() -> list[str]:
        rows = admin.execute(
            "SELECT o.id::text, o.job, o.queue, o.args FROM platform.outbox o"
            " WHERE o.tenant = %s AND o.queue <> 'board' AND NOT EXISTS"
            " (SELECT 1 FROM platform.job_done d WHERE d.outbox_id = o.id) ORDER BY o.created_at",
            [desk.place.schema],
        ).fetchall()
        for outbox_id, job, queue, args in rows:
            assert queue == "pdf"
            doors.run(job, desk.place.schema, outbox_id, *args)
        return [row[1] for row in rows]

    assert work() == ["imports.stage"]
    version = desk.found(key).version
    assert desk.steward.post(f"imports/{key}/publication", {"version": version}).status_code == 303
    assert work() == ["imports.publish"]
    assert work() == []
    assert desk.found(key).counts["new"] == 2
    doors.run("imports.publish", desk.place.schema, str(uuid4()), str(key))  # handed out twice, done once
    with desk.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Residency)) == 2


@pytest.fixture
def command(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path, redis_url: str) -> list[str]:
    """`import roster FILE --project … --by …` on the test's own cluster."""
    from contextlib import nullcontext

    from workers.cli import imports

    monkeypatch.setattr(imports, "awake", lambda _home: nullcontext())  # the cluster of the test runs already
    monkeypatch.setenv("LINSHENG_HOME", str(home))
    monkeypatch.setenv("REDIS_URL", redis_url)
    file = tmp_path / "名册.xlsx"
    file.write_bytes(households(WANG, SON, BAD))
    return [
        "import",
        "roster",
        str(file),
        "--project",
        f"{desk.place.company}/{desk.place.slug}",
        "--by",
        desk.steward.email,
    ]


def test_the_command_line_tells_the_errors_and_writes_only_when_told(
    desk: Desk, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--errors", str(tmp_path / "errors.xlsx")]) == 0
    said = capsys.readouterr().out
    assert "共 3 行，错误 1" in said
    assert "第 4 行 手机" in said
    assert "没有写入" in said
    assert len(list(read(BytesIO((tmp_path / "errors.xlsx").read_bytes())))) == 3  # the watermark, the header, the row
    with desk.place.inside():
        assert not db.session.scalar(select(func.count()).select_from(Residency))
    assert main([*command, "--publish"]) == 0
    assert "新增 2，更新 0，重复 0，错误 1，合计 3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({2: "/nowhere.xlsx"}, "读不到文件"),
        ({4: "xiangrui/nowhere"}, "没有 xiangrui/nowhere 这个项目"),
        ({6: "nobody@example.com"}, "不是这个项目的人员"),
        ({2: __file__}, "CSV 或文本文件"),
    ],
)
def test_the_command_line_says_what_is_wrong(
    command: list[str], change: dict[int, str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([change.get(index, part) for index, part in enumerate(command)]) == 1
    assert words in capsys.readouterr().err


def test_who_may_not_import_may_not_by_command_line(
    desk: Desk, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    technician = desk.place.staff("吴涛", "technician")
    assert main([*command[:-1], technician.email]) == 1
    assert "没有导入的权限" in capsys.readouterr().err
