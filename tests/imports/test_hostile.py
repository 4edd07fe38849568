"""Wrong, huge and hostile workbooks through the upload form: a clear sentence, nothing written, never a 5xx."""

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from saas.db import db
from tenants.customers.models import Customer
from tenants.imports.models import Import, ImportRow
from tests.imports.conftest import ROSTER, Desk, households

pytestmark = pytest.mark.rule("B13")

GOOD = households(["3", "2", "1502", "王晓梅", "13800005521", "业主", "", "", ""])


def bomb() -> bytes:
    """A sheet of 400 MB in a few hundred KB."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(GOOD)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != "xl/worksheets/sheet1.xml":
                new.writestr(entry.filename, old.read(entry))
        with new.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(400):
                part.write(b" " * (1 << 20))
    return made.getvalue()


def entities() -> bytes:
    """A billion laughs in the table of contents."""
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><workbook>&b;</workbook>'
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(GOOD)) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, laughs if entry.filename == "xl/workbook.xml" else old.read(entry))
    return made.getvalue()


def renamed() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("名册.xlsx", GOOD)
    return made.getvalue()


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "空的"),
    "text": (lambda: "房号,姓名\n1,2".encode(), "CSV 或文本文件"),
    "page": (lambda: b"<html><table>", "网页"),
    "old": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式"),
    "noise": (lambda: bytes(range(256)) * 40, "不是 Excel 工作簿"),
    "cut": (lambda: GOOD[:2000], "已损坏"),
    "inside": (renamed, "压缩包"),
    "bomb": (bomb, "异常巨大"),
    "large": (lambda: b"PK" + b"\0" * ((20 << 20) + 1), "超过 20 MB"),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the test client's own spool file
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_workbook_is_refused_at_once(desk: Desk, name: str) -> None:
    make, words = FILES[name]
    answer = desk.upload(make())
    assert answer.status_code == 422
    assert words in answer.text
    assert 'role="alert"' in answer.text
    with desk.place.inside():
        assert not db.session.scalar(select(func.count()).select_from(Import))


def test_a_hostile_table_of_contents_is_refused(desk: Desk) -> None:
    assert desk.upload(entities()).status_code == 422


def test_without_file_or_kind_the_form_says_so(desk: Desk) -> None:
    assert "请选择要导入的 .xlsx 文件" in desk.steward.post("imports", {"kind": "roster"}).text
    answer = desk.upload(GOOD, kind="secrets")
    assert answer.status_code == 422
    assert "请选择导入的内容" in answer.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the test client's own spool file
def test_more_than_the_server_takes_is_413(desk: Desk) -> None:
    assert desk.upload(b"x" * (33 << 20)).status_code == 413


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\temp\\名册.xlsx", "x" * 500, "<script>.xlsx", "\x00.xlsx"])
def test_any_file_name_is_taken_as_text(desk: Desk, name: str) -> None:
    answer = desk.upload(GOOD, name=name)
    assert answer.status_code == 303
    page = desk.steward.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "<script>.xlsx" not in page.text
    assert "etc/" not in page.text


def book(*rows: list[object], merge: str = "") -> bytes:
    made, out = Workbook(), BytesIO()
    for row in rows:
        made.active.append(row)
    if merge:
        made.active.merge_cells(merge)
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "state", "words"),
    [
        (lambda: book(["甲", "乙"], ["1", "2"]), "failed", "没有找到表头"),
        (lambda: book(["房号", "备注"], ["1502", ""]), "failed", "表头里缺少"),
        (lambda: book(["房号", "姓名"]), "failed", "表头下面没有数据"),
        (lambda: book([None]), "failed", "空的"),
        (lambda: book(["房号", "姓名"], ["1502", '=HYPERLINK("http://x")']), "staged", "是公式"),
        (lambda: book(["房号", "姓名"], ["1502", "x" * 61]), "staged", "最多 60 个字"),
        (
            lambda: book(["楼栋", "单元", "房号", "姓名"], ["楼" * 20, "单" * 20, "9" * 40, "甲"]),
            "staged",
            "最多 40 个字",
        ),
        (lambda: book(["房号", "姓名"], ["1502", "甲"], ["1503", "甲"], merge="B2:B3"), "staged", ""),
        (lambda: book(["房号", "姓名"], ["\ud7ff_x0000_1502", "_xD800_甲"]), "staged", ""),
    ],
)
def test_what_is_wrong_inside_is_told_and_nothing_is_written(
    desk: Desk, data: Callable[[], bytes], state: str, words: str
) -> None:
    key = desk.take(data())
    found = desk.found(key)
    assert found.state == state, found.message
    page = desk.steward.get(f"imports/{key}")
    assert page.status_code == 200
    assert words in page.text
    with desk.place.inside():
        assert not db.session.scalar(select(func.count()).select_from(Customer))


def test_spreadsheet_formulas_do_not_come_out_again(desk: Desk) -> None:
    desk.publish(desk.take(book(["房号", "姓名", "备注"], ["1502", "甲", "'=1+1"])))
    manager = desk.place.staff("陈志远", "project_manager")
    out = manager.post("customers/exports", {"reason": "查", "full": "1"}).data
    with zipfile.ZipFile(BytesIO(out)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_roster_of_3000_households_comes_in_with_its_sums(desk: Desk) -> None:
    rows = [
        [str(n // 100 + 1), str(n % 4 + 1), str(n % 100 + 101), f"住户{n}", f"138{n:08d}", "业主", "", "入住", ""]
        for n in range(3000)
    ]
    rows[7][4], rows[70][2] = "号码", ""
    counts = desk.publish(desk.take(households(*rows)))
    assert (counts["rows"], counts["errors"], counts["new"]) == (3000, 2, 2998)
    with desk.place.inside():
        assert db.session.scalar(select(func.count()).where(ImportRow.outcome == "new")) == 2998
    assert len(ROSTER) == 13
