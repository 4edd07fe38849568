"""What cells say, however it was typed."""

from datetime import UTC, date, datetime

import pytest

from saas.clock import CN
from saas.sheets import Column, SheetError, find_header, guess, require
from saas.sheets.cells import day, line, moment, paragraphs
from saas.sheets.reader import Row


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (" \t王\u00a0晓梅\u3000\n", "王 晓梅"),
        ("１３８－０５２１", "138-0521"),
        ("Ａ座，（东）", "A座，（东）"),
        ("王\u200b晓\u202e梅\ufeff", "王晓梅"),
        (101.0, "101"),
        (1.5, "1.5"),
        (True, "是"),
        ("'=1+1", "=1+1"),
        (datetime(2024, 5, 31, tzinfo=CN), "2024-05-31"),
    ],
)
def test_one_line(value: object, text: str) -> None:
    assert line(value) == text


def test_paragraphs_are_kept_and_indents_are_not() -> None:
    text = (
        "\n\t\t\t\n\t\t尊敬的领导：\u00a0\u3000\u3000您好！\r\n\u3000\u30001、楼盘 \u00a0漏水\t。\n\n\n2、停电\n\t\t\t"
    )
    assert paragraphs(text) == "尊敬的领导：\n您好！\n1、楼盘 漏水 。\n2、停电"
    assert paragraphs(12) == "12"
    assert paragraphs(None) == ""


@pytest.mark.parametrize(
    "value",
    [
        "2024/5/31 14:08:00",
        "2024-05-31 14:08",
        "2024.5.31 14:08",
        "2024年5月31日 14时8分",
        "2024年5月31日14点08分0秒",
        "2024-05-31T14:08:00+08:00",
        "2024-05-31T06:08:00Z",
        "2024/5/31 下午 2:08",
        "2024/5/31 2:08 PM",
        "20240531140800",
        "２０２４－０５－３１ １４：０８",
        "\t2024/5/31\u00a014:08",
        "2024年5月31日 星期五 14:08",
        45443.588888888888,
        datetime(2024, 5, 31, 6, 8, tzinfo=UTC),
    ],
)
def test_moments_in_every_shape(value: object) -> None:
    assert moment(value) == datetime(2024, 5, 31, 14, 8, tzinfo=CN)
    assert moment(value).tzinfo is CN


@pytest.mark.parametrize("value", ["2024年5月31日", "2024-5-31", 45443, "20240531", 20240531, "2024/5/31 0:00:00"])
def test_days_in_every_shape(value: object) -> None:
    assert day(value) == date(2024, 5, 31)


@pytest.mark.parametrize(
    "value", [None, "", "昨天", "2024-13-01", "2024/2/30", "5/6/2024", 7, True, "2024-05-31 25:00", 10**12]
)
def test_what_is_no_date_is_said_in_chinese(value: object) -> None:
    with pytest.raises(ValueError, match=r"^应为日期，如 2024-05-31，现在是 “"):
        day(value)
    with pytest.raises(ValueError, match=r"^应为时间，如 2024-05-31 14:08，现在是 “"):
        moment(value)


COLUMNS = (
    Column("room", "房号", ("室",), required=True),
    Column("name", "姓名", ("业主",), required=True),
    Column("phone", "手机", ("电话",)),
)


def test_headers_are_recognised_with_marks_hints_and_in_any_order() -> None:
    assert guess(["序号", "*手机：", "姓 名（必填）", "房号"], COLUMNS) == {"phone": 1, "name": 2, "room": 3}
    assert guess(["业主电话", "业主", "室"], COLUMNS) == {"phone": 0, "name": 1, "room": 2}
    assert guess([None, 12, "房号", "房号"], COLUMNS) == {"room": 2}


def rows(*values: tuple[object, ...]) -> list[Row]:
    return [Row(number, cells) for number, cells in enumerate(values, 1)]  # type: ignore[arg-type]


def test_titles_above_the_header_are_passed_over() -> None:
    head, rest = find_header(iter(rows(("静安里业主名册",), ("房号", "姓名"), ("101", "王晓梅"))), COLUMNS)
    assert head.number == 2
    assert [row.number for row in rest] == [3]


def test_without_a_header_the_first_row_is_quoted() -> None:
    with pytest.raises(SheetError, match=r"没有找到表头。.*至少写明：房号、姓名。现在第一行是：101、王晓梅。"):
        find_header(iter(rows(("101", "王晓梅"))), COLUMNS)
    with pytest.raises(SheetError, match="没有找到表头"):
        find_header(iter(()), COLUMNS, foreign=True)


def test_a_foreign_header_can_be_mapped_by_hand() -> None:
    head, rest = find_header(iter(rows(("台账",), ("Was", "Wer"), ("x", "y"))), COLUMNS, foreign=True)
    assert head.values == ("Was", "Wer")
    assert len(list(rest)) == 1


def test_a_missing_column_is_named_with_its_other_names() -> None:
    with pytest.raises(SheetError, match="表头里缺少：“房号”（也可写室）。请补上这一列"):
        require({"name": 0}, COLUMNS)
