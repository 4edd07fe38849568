"""Exports: nothing in them computes, and what we wrote we can read."""

from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest

from saas.sheets import read, write
from saas.sheets.cells import line


def test_an_export_can_be_read_again() -> None:
    moment = datetime(2024, 5, 31, 16, 30, tzinfo=UTC)
    header, row = read(
        write([["3-2-1502", 12.5, date(2024, 5, 31), moment, None, "一\n二"]], list("甲乙丙丁戊己"), "名册")
    )
    assert header.values == tuple("甲乙丙丁戊己")
    assert [line(value) for value in row.values] == [
        "3-2-1502",
        "12.5",
        "2024-05-31",
        "2024-06-01 00:30:00",
        "",
        "一 二",
    ]


@pytest.mark.rule("B13")
@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+A1", "@SUM(A1)", "\t=1", "\n=1", "=#REF!"])
def test_no_text_becomes_a_formula(text: str) -> None:
    data = write([[text]], ["备注"], "导出")
    cell = openpyxl.load_workbook(BytesIO(data)).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")
    (_, row) = read(data)
    assert line(row.values[0]) == line(text)


@pytest.mark.parametrize("text", ["-", "--", "+86 138 0000 5521", "-12.5", "#N/A", "'quoted'", "\n\t王晓梅"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    (_, row) = read(write([[text]], ["备注"], "导出"))
    assert row.values == (text,)


@pytest.mark.rule("B10")
def test_the_watermark_stands_above_the_header_and_on_each_printed_page() -> None:
    mark = "由 李静 导出 · 2026-11-20 14:08 · 仅供内部使用"
    data = write([["王*梅"]], ["姓名"], "名册", watermark=mark)
    page = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert [row[0] for row in page.iter_rows(values_only=True)] == [mark, "姓名", "王*梅"]
    assert page.oddFooter.center.text == mark
    assert page.freeze_panes == "A3"


def test_characters_titles_and_lengths_that_excel_refuses() -> None:
    data = write([["a\x00b\x0bc", "长" * 40000]], ["甲", "乙"], "3/2: [旧] *" + "长" * 40)
    page = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert page["A2"].value == "abc"
    assert len(page["B2"].value) == 32767
    assert page["B2"].value.endswith("已截断）")
    assert len(page.title) == 31


def test_an_export_without_rows_and_one_without_header() -> None:
    assert [row.values for row in read(write([], ["甲", "乙"], ""))] == [("甲", "乙")]
    with pytest.raises(ValueError, match="needs a header"):
        write([], [], "空")


def test_no_row_is_lost_behind_the_sample_that_sets_the_widths() -> None:
    rows = [[n] for n in range(450)]
    assert [row.values[0] for row in read(BytesIO(write(iter(rows), ["n"], "t")))][1:] == list(range(450))
