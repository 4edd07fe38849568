"""A ledger of past messages comes in: both time formats, its own columns, once, and no clock starts (B13, D1, D2)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from saas import clock
from saas.clock import CN
from saas.db import db, separate_session
from saas.events import timeline
from saas.sheets import read, write
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.past import PastComplaint, past
from tenants.imports import actions
from tests.imports.conftest import Desk, messages

pytestmark = pytest.mark.rule("B13")

DATA = Path(__file__).resolve().parents[3] / "shared/data"
EXCEL_DATE = datetime(2024, 5, 31, 23, 30, tzinfo=CN).replace(tzinfo=None)  # a cell knows no zone
LIFT = [
    "1001",
    "UU001",
    "电梯停运",
    "2024/5/31 14:08:00",
    "\t\t电梯又停了\xa0 手机13812345678",
    "已更换部件。",
    "2024-06-02 09:00",
]
NOISE = ["1002", "UU002", "半夜施工", EXCEL_DATE, "半夜施工太吵", "", ""]
BAD = ["1003", "UU003", "没有时间", "前天", "内容", "", ""]


@pytest.mark.rule("D2")
def test_past_complaints_are_in_the_register_and_no_clock_runs(desk: Desk) -> None:
    counts = desk.publish(desk.take(messages(LIFT, NOISE, BAD), "ledger"))
    assert (counts["new"], counts["duplicate"], counts["errors"]) == (2, 0, 1)
    with desk.place.inside():
        lift, noise = db.session.scalars(select(Complaint).order_by(Complaint.received_at)).all()
        assert (lift.state, noise.state) == ("closed", "registered")
        assert lift.number == "TS-20240531-001"
        assert lift.received_at == datetime(2024, 5, 31, 14, 8, tzinfo=CN)
        assert lift.body == "电梯又停了 手机13812345678"
        assert lift.reporter == "UU001"
        origin = past(lift)
        assert origin is not None
        assert (origin.source_id, origin.reply, origin.row_number) == ("1001", "已更换部件。", 2)
        assert origin.raw["留言详情"] == "\t\t电梯又停了\xa0 手机13812345678"
        assert [e.name for e in timeline(lift)] == ["complaint.imported"]
        assert not db.session.scalar(select(func.count()).select_from(Stage))
        pages = [f"complaints/{complaint.id}" for complaint in (lift, noise)]
    for path, words in zip(pages, ("已更换部件。", "半夜施工太吵"), strict=True):
        answer = desk.steward.get(path)
        assert answer.status_code == 200
        assert words in answer.text
        assert "台账导入" in answer.text
        assert "2 小时首次回应" not in answer.text, "no clause waits for what the past has no clock for"
        assert "匿名且" not in answer.text, "it has a name, if no number"
    closed, waiting = (desk.steward.get(path).text for path in pages)
    for words in ("回访安排", "判定、裁定并说明"):
        assert words not in closed
        assert words in waiting
    assert "电梯停运" in desk.steward.get("complaints/?view=all").text


def test_a_message_comes_in_once_whatever_its_file(desk: Desk) -> None:
    desk.publish(desk.take(messages(LIFT), "ledger"))
    counts = desk.publish(desk.take(messages(NOISE, LIFT), "ledger", "又一份.xlsx"))
    assert (counts["new"], counts["duplicate"]) == (1, 1)
    with desk.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Complaint)) == 2


def test_foreign_columns_are_mapped_by_hand_and_read_again(desk: Desk) -> None:
    data = write([["2024-05-31 14:08", "楼道灯坏了", "甲"]], ["何时", "何事", "何人"], "登记")
    key = desk.take(data, "ledger")
    found = desk.found(key)
    assert (found.state, found.header) == ("failed", ["何时", "何事", "何人"])
    page = desk.steward.get(f"imports/{key}").text
    assert "表头里缺少" in page
    assert "何时" in page
    for wrong, words in (
        ({"column-received_at": "0"}, "请为“留言详情”选择一列"),
        ({"column-received_at": "0", "column-body": "0"}, "不同的列"),
        ({"column-received_at": "0", "column-body": "7"}, "不同的列"),
    ):
        answer = desk.steward.post(f"imports/{key}/mapping", {"version": found.version, **wrong})
        assert answer.status_code == 422, wrong
        assert words in answer.text
    right = {"version": found.version, "column-received_at": "0", "column-body": "1", "column-reporter_code": "2"}
    assert desk.steward.post(f"imports/{key}/mapping", right).status_code == 303
    desk.stage(key)
    assert desk.publish(key)["new"] == 1
    with desk.place.inside():
        made = db.session.scalars(select(Complaint)).one()
        assert (made.body, made.reporter, made.anonymous) == ("楼道灯坏了", "甲", False)


def test_numbers_in_the_preview_are_masked(desk: Desk) -> None:
    wrong = ["1004", "UU004", "主题", "13812345678", "内容", "", ""]
    key = desk.take(messages(LIFT, wrong), "ledger")
    for shown in ("good", "error", "warning"):
        assert "13812345678" not in desk.steward.get(f"imports/{key}?shown={shown}").text


def test_a_message_without_a_name_is_anonymous_and_long_ones_fit(desk: Desk) -> None:
    counts = desk.publish(
        desk.take(
            messages(
                ["", "", "长" * 200, "2024-05-31", "内容", "", ""], ["9", "", "", "2024-05-31", "很长" * 10001, "", ""]
            ),
            "ledger",
        )
    )
    assert (counts["new"], counts["errors"]) == (1, 1)
    with desk.place.inside():
        made = db.session.scalars(select(Complaint)).one()
        assert made.anonymous
        assert len(made.subject) == 120


def test_registering_need_not_wait_for_a_whole_ledger(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message of today takes a number of today's series: the row is free again after each chunk."""
    today = f"{clock.local(clock.now()) - timedelta(minutes=1):%Y-%m-%d %H:%M}"
    key = desk.take(messages(*([str(n), "甲", "电梯", today, "停了", "", ""] for n in range(3))), "ledger")
    assert desk.steward.post(f"imports/{key}/publication", {"version": desk.found(key).version}).status_code == 303
    monkeypatch.setattr(actions, "CHUNK", 1)
    write, taken = actions._write, []

    def beside(*args: Any) -> dict[int, str]:
        with separate_session() as session:
            session.execute(text(f'SET LOCAL ROLE "{desk.place.schema}"'))
            session.execute(text("SET LOCAL lock_timeout = '1s'"))
            taken.append(session.scalar(text("UPDATE numbers SET last = last + 1 RETURNING last")))
        return write(*args)

    monkeypatch.setattr(actions, "_write", beside)
    with desk.place.inside():
        actions.publish(str(key))
    assert taken == [None, 2, 4]
    assert desk.found(key).counts["new"] == 3


@pytest.mark.parametrize("name", ["residents_messages_with_replies.xlsx", "residents_messages.xlsx"])
def test_the_real_messages_come_in_completely(desk: Desk, name: str) -> None:
    if not (DATA / name).exists():
        pytest.skip(f"{DATA / name} is not here: real messages stay out of the repository")
    data = (DATA / name).read_bytes()
    total = sum(1 for _ in read(data)) - 1
    key: UUID = desk.take(data, "ledger", name)
    found = desk.found(key)
    assert (found.state, found.counts["rows"]) == ("staged", total)
    started = datetime.now(tz=CN)
    counts = desk.publish(key)
    assert counts["rows"] == total
    assert counts["new"] == total - counts["errors"]
    assert counts["errors"] <= total // 100
    assert datetime.now(tz=CN) - started < timedelta(seconds=60)
    with desk.place.inside():
        assert db.session.scalar(select(func.count()).select_from(PastComplaint)) == counts["new"]
        assert not db.session.scalar(select(func.count()).where(Complaint.body.contains("\t")))
    assert desk.publish(desk.take(data, "ledger", name))["duplicate"] == counts["new"]
