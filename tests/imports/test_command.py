"""bin/manage import ledger: columns by hand, gone on with after a stop, the same row never twice (B13)."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from saas import config
from saas.db import db
from saas.sheets import write
from tenants.complaints.models import Complaint
from tenants.imports import actions
from tenants.imports.models import Import
from tests.imports.conftest import Desk
from workers import manage

HEADER = ["流水", "来自", "事情", "哪天", "说了什么", "怎么回的", "哪天回的"]
MAP = (
    "留言编号=流水",
    "留言用户=2",
    "subject=事情",
    "留言时间=哪天",
    "留言详情=说了什么",
    "答复意见=怎么回的",
    "答复时间=7",
)


@pytest.fixture
def ledger(desk: Desk, app: Flask, home: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A ledger with a foreign header, and the environment of a command on the test home."""
    monkeypatch.setenv("LINSHENG_HOME", str(home))
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setattr(config, "_current", replace(config.current()))
    rows = [
        [str(n), f"用户{n}", f"电梯异响 {n}", "2025-01-02 10:00", "一直响", "修好了", "2025-01-03"] for n in range(450)
    ]
    file = tmp_path / "ledger.xlsx"
    file.write_bytes(write(rows, HEADER, "台账"))
    return file


def call(desk: Desk, file: Path, *more: str) -> int:
    to = ["--project", f"{desk.place.company}/{desk.place.slug}", "--by", desk.steward.email]
    return manage.main(["import", "ledger", str(file), *to, *(f"--map={each}" for each in MAP), *more])


def count(desk: Desk, model: type) -> int:
    with desk.place.inside():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.rule("B13")
def test_what_was_begun_is_gone_on_with_and_no_row_comes_twice(
    desk: Desk, ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, chunks = actions._publish_chunk, iter([True, False])
    monkeypatch.setattr(actions, "_publish_chunk", lambda key: next(chunks) and whole(key))  # killed after one chunk
    assert call(desk, ledger, "--publish") == 0
    assert 0 < count(desk, Complaint) < 450
    monkeypatch.setattr(actions, "_publish_chunk", whole)
    capsys.readouterr()
    assert call(desk, ledger, "--publish") == 0
    told = capsys.readouterr().out
    assert "接着上次的导入" in told
    assert "新增 450，更新 0，重复 0，错误 0，合计 450" in told
    assert (count(desk, Complaint), count(desk, Import)) == (450, 1)
    assert call(desk, ledger, "--publish") == 0  # once more, all of it: nothing comes in again
    assert "新增 0，更新 0，重复 450" in capsys.readouterr().out
    assert count(desk, Complaint) == 450
    with desk.place.inside():
        found = db.session.scalars(select(Complaint).order_by(Complaint.received_at, Complaint.number)).first()
        assert found
        assert (found.reporter, found.initials[:2], found.body) == ("用户0", "yh", "一直响")


@pytest.mark.parametrize(
    ("mapping", "words"),
    [("颜色=流水", "没有“颜色”这个字段"), ("留言时间=没有", "没有“没有”这一列"), ("留言时间=99", "没有“99”这一列")],
)
def test_a_column_that_is_not_there_is_told(
    desk: Desk, ledger: Path, capsys: pytest.CaptureFixture[str], mapping: str, words: str
) -> None:
    assert call(desk, ledger, f"--map={mapping}") == 1
    assert words in capsys.readouterr().err
    assert count(desk, Import) == 0
