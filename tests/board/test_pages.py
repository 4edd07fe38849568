"""The board on screen: who sees what, the way from a cell to the record, length costs no statements (M4, A4)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select

from saas.db import db
from saas.events import Event
from tests.board.conftest import Street

pytestmark = pytest.mark.rule("M4")
OFFICE = "/xiangrui/quality/board"


@pytest.fixture(autouse=True)
def settled(street: Street, noon: datetime) -> None:
    street.settle()


@contextmanager
def sent(street: Street) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    with street.world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def late_complaint(street: Street) -> str:
    """A complaint that nobody answered for a day; the board has heard of it."""
    key = street.register(ago=timedelta(days=1))
    street.work()
    return str(key)


@pytest.mark.rule("A4")
def test_the_head_office_sees_all_projects_of_its_own_company_and_of_no_other(street: Street) -> None:
    late_complaint(street)
    other = street.world.company("hengtai", "恒泰物业")
    street.world.project(other, "xuefu", "学府雅苑")
    shown = street.quality.get(OFFICE).text
    assert "云栖花园" in shown
    assert "翡翠湾" in shown
    assert "学府雅苑" not in shown
    stranger = other.staff("陆思敏", "quality")
    assert stranger.get(OFFICE).status_code == 404
    assert "云栖花园" not in stranger.get("/hengtai/quality/board").text


@pytest.mark.rule("R1")
def test_from_the_cell_to_the_record(street: Street) -> None:
    key = late_complaint(street)
    cell = street.quality.get(f"{OFFICE}/complaint-first-response/yunqi")
    assert cell.status_code == 200
    assert "投诉 2 小时内首次回应" in cell.text
    assert "/xiangrui/yunqi/board/complaint-first-response" in cell.text
    evidence = street.manager.get("board/complaint-first-response").text
    assert f"/xiangrui/yunqi/complaints/{key}" in evidence
    assert "未做到" in evidence


def test_a_cell_says_in_words_what_its_sign_means(street: Street) -> None:
    late_complaint(street)
    shown = street.quality.get(OFFICE).text
    assert re.search(r"!1.{0,200}逾期 1 项", shown, re.DOTALL)
    assert "未启用" in shown


def test_who_may_not_read_it_is_told(street: Street) -> None:
    assert street.steward.get("board").status_code == 403
    assert street.steward.get(OFFICE).status_code == 404
    assert street.manager.get(f"{OFFICE}/complaint-closed/yunqi").status_code == 404
    assert street.quality.get(f"{OFFICE}/no-such-clause/yunqi").status_code == 404
    assert street.quality.get(f"{OFFICE}/complaint-closed/nowhere").status_code == 404


def test_more_projects_ask_no_more_statements(street: Street) -> None:
    late_complaint(street)
    street.quality.get(OFFICE)
    with sent(street) as few:
        street.quality.get(f"{OFFICE}?q=投诉")
    for number in range(4):
        street.world.project(street.office, f"more-{number}", f"新园{number}")
    street.work()
    with sent(street) as many:
        street.quality.get(f"{OFFICE}?q=投诉")
    assert len(many) <= len(few) + 1, many


def test_what_is_shown_is_taken_along_and_that_is_an_event(street: Street) -> None:
    late_complaint(street)
    taken = street.quality.post(f"{OFFICE}/exports")
    assert taken.status_code == 200
    sheet = load_workbook(BytesIO(taken.data)).active
    assert sheet is not None
    words = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert any("投诉 2 小时内首次回应" in each for each in words)
    assert any("孟晓岚" in each for each in words)
    with street.office.inside():
        assert db.session.scalars(select(Event.name).where(Event.name == "board.exported")).all() == ["board.exported"]
