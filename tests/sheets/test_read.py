"""Reading workbooks: what a cell says, and which cells are refused."""

from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from saas.sheets import Problem, Row, SheetError, read, sheet_names
from tests.sheets.forge import BOOK, LINKS, sheet, strings, texts, workbook


def made(*rows: list[object], merge: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    if merge:
        page.merge_cells(merge)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def wall(*parts: int) -> datetime:
    """What a cell shows: no zone, as nobody told the sheet one."""
    return datetime(*parts)  # noqa: DTZ001


@pytest.mark.rule("B13")
def test_values_come_as_they_are_typed() -> None:
    header, row = read(
        made(["房号", "数", "小数", "是", "日期", "时刻"], ["0101", 13800005521, 1.5, True, date(2024, 5, 31), None])
    )
    assert header == Row(1, ("房号", "数", "小数", "是", "日期", "时刻"))
    assert row.values == ("0101", 13800005521, 1.5, True, wall(2024, 5, 31))
    assert row.problems == ()


def test_blank_rows_are_left_out_and_numbers_stay_those_of_the_sheet() -> None:
    rows = list(read(made(["甲", "乙"], [None, None], ["1", "2"])))
    assert [row.number for row in rows] == [1, 3]


@pytest.mark.parametrize("kind", [bytes, Path, BytesIO])
def test_reads_bytes_paths_and_streams(kind: type, tmp_path: Path) -> None:
    data = made(["甲", "乙"])
    path = tmp_path / "名册.xlsx"
    path.write_bytes(data)
    stream = BytesIO(data)
    assert [row.values for row in read({bytes: data, Path: path, BytesIO: stream}[kind])] == [("甲", "乙")]
    assert not stream.closed


@pytest.mark.rule("B13")
def test_a_formula_is_never_computed_nor_its_remembered_result_believed() -> None:
    cells = (
        '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><f>HYPERLINK("http://x")</f><v>42</v></c><c r="D2"><f/></c></row>'
    )
    (row,) = read(workbook(sheet(cells)))
    assert row.values == (1,)
    assert row.problems == (Problem(3, "第 3 列是公式，请粘贴为数值"), Problem(4, "第 4 列是公式，请粘贴为数值"))


def test_a_text_that_looks_like_a_formula_is_a_text() -> None:
    (row,) = read(workbook(sheet(texts(["=1+1"]))))
    assert row.values == ("=1+1",)


@pytest.mark.rule("B13")
def test_merged_cells_are_named_on_every_row_that_they_cover() -> None:
    rows = list(read(made(["楼栋", "房号"], ["3", "101"], [None, "102"], ["4", "101"], merge="A2:A3")))
    problem = (Problem(1, "第 1 列是合并单元格，请取消合并并逐行填写"),)
    assert [row.problems for row in rows] == [(), problem, problem, ()]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ('<c t="e"><v>#N/A</v></c>', "第 1 列是错误值 #N/A，请改成正确的内容"),
        (
            "<c><v>330102199001011234</v></c>",
            "第 1 列的数字超过 15 位，末几位已被 Excel 改动，请设为文本格式后重新填写",
        ),
        ("<c><v>nan</v></c>", "第 1 列的内容读不出来，请重新填写"),
        ("<c><v>1e999</v></c>", "第 1 列的内容读不出来，请重新填写"),
        ("<c><v>12,5</v></c>", "第 1 列的内容读不出来，请重新填写"),
        ('<c t="s"><v>7</v></c>', "第 1 列的内容读不出来，请重新填写"),
        ('<c t="s"><v>-1</v></c>', "第 1 列的内容读不出来，请重新填写"),
        ('<c t="d"><v>gestern</v></c>', "第 1 列的内容读不出来，请重新填写"),
        ('<c s="3"><v>-5000000</v></c>', "第 1 列的内容读不出来，请重新填写"),
        ('<c s="3"><v>99999999</v></c>', "第 1 列的内容读不出来，请重新填写"),
        (f'<c t="inlineStr"><is><t>{"长" * 40000}</t></is></c>', "第 1 列超过 32,767 个字，请缩短"),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_problem_of_its_row(cell: str, message: str) -> None:
    (row,) = read(workbook(sheet(f"<row>{cell}</row>")))
    assert row.values == ()
    assert [problem.text for problem in row.problems] == [message]


def test_dates_in_chinese_formats_and_in_the_calendar_of_1904() -> None:
    days = ((1, "45443"), (2, "45443"), (3, "45443.5"), (0, "45443"))
    cells = "<row>" + "".join(f'<c s="{style}"><v>{number}</v></c>' for style, number in days) + "</row>"
    (row,) = read(workbook(sheet(cells)))
    noon = wall(2024, 5, 31, 12)
    assert row.values == (wall(2024, 5, 31), wall(2024, 5, 31), noon, 45443)
    (row,) = read(workbook(sheet(cells), book=BOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')))
    assert row.values[0] == wall(2028, 6, 1)
    (row,) = read(workbook(sheet('<row><c s="3"><v>0.25</v></c></row>')))
    assert row.values == (time(6),)


def test_shared_strings_with_runs_phonetics_and_escapes() -> None:
    items = (
        "<si><r><t>王</t></r><r><t>晓梅</t></r><rPh><t>wang</t></rPh></si>"
        "<si><t>一_x000D_\n二_x0000__xD800_</t></si>"
        f"<si><t>{'长' * 40000}</t></si>"
    )
    cells = "".join(f'<c t="s"><v>{number}</v></c>' for number in range(3))
    (row,) = read(workbook(sheet(f"<row>{cells}</row>"), strings=strings(items)))
    assert row.values == ("王晓梅", "一\r\n二")
    assert row.problems == (Problem(3, "第 3 列超过 32,767 个字，请缩短"),)


def test_prefixed_tags_and_utf16_are_read_too() -> None:
    plain = sheet(texts(["甲"]), '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>')
    prefixed = plain.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace(" xmlns=", " xmlns:x=")
    utf16 = '<?xml version="1.0" encoding="UTF-16"?>' + plain
    for data in (prefixed, utf16.encode("utf-16")):
        (row,) = read(workbook(data))
        assert row.values == ("甲",)
        assert [problem.column for problem in row.problems] == [1, 2]


def test_the_first_visible_sheet_is_read_unless_another_is_named() -> None:
    book = openpyxl.Workbook()
    for title, state in (("说明", "hidden"), ("名册", "visible"), ("旧的", "visible")):
        page = book.create_sheet(title)
        page.append([title, "甲"])
        page.sheet_state = state
    book.remove(book.worksheets[0])
    book.active = 1
    stream = BytesIO()
    book.save(stream)
    data = stream.getvalue()
    assert sheet_names(data) == ["名册", "旧的"]
    assert next(read(data)).values[0] == "名册"
    assert next(read(data, "旧的")).values[0] == "旧的"
    with pytest.raises(SheetError, match="没有名为“说明”的工作表，只有：名册、旧的"):
        read(data, "说明")


def test_without_any_sheet_that_can_be_seen() -> None:
    with pytest.raises(SheetError, match="没有可见的工作表"):
        read(workbook(sheet(""), links=LINKS.replace("worksheets/sheet1", "worksheets/gone")))


@pytest.mark.parametrize("rows", ["", "<row/>", '<row r="5"><c r="A5" s="1"/></row>'])
def test_an_empty_sheet_is_refused(rows: str) -> None:
    with pytest.raises(SheetError, match="这张工作表是空的"):
        list(read(workbook(sheet(rows))))
