"""The roster of households: what is taken, and what is said about what is not."""

from collections.abc import Sequence
from datetime import date

import pytest

from saas.sheets import RowError, SheetError, read, write
from tenants.customers.roster import COLUMNS, RosterRow, parse, template
from tests.sheets.forge import sheet, texts, workbook

HEADER = [
    "楼幢",
    "单元",
    "室",
    "业主姓名",
    "联系电话",
    "身份",
    "收房日期",
    "居住状态",
    "管家",
    "首选沟通方式",
    "邮箱",
    "面积",
    "备注",
]
GOOD: list[object] = [
    "3幢",
    "2",
    "1502室",
    "王晓梅",
    "13800005521",
    "业主",
    "2024/5/31",
    "入住",
    "李静",
    "微信",
    "W@X.cn",
    "89.5㎡",
    "",
]


def parsed(*rows: Sequence[object], header: Sequence[str] = HEADER) -> list[RosterRow | RowError]:
    return list(parse(read(write(rows, header, "名册"))))


def changed(title: str, value: object) -> list[object]:
    return [value if name == title else old for name, old in zip(HEADER, GOOD, strict=True)]


def lines(title: str, value: object) -> list[str]:
    (row,) = parsed(changed(title, value))
    assert isinstance(row, RowError), row
    return row.lines


@pytest.mark.rule("B13")
def test_a_good_row() -> None:
    assert parsed(GOOD) == [
        RosterRow(
            number=2,
            building="3",
            entrance="2",
            room="1502",
            label="3-2-1502",
            name="王晓梅",
            phones=("13800005521",),
            relation="owner",
            handed_over_on=date(2024, 5, 31),
            occupancy="occupied",
            steward="李静",
            channel="online",
            email="w@x.cn",
            area=89.5,
            note="",
        )
    ]


@pytest.mark.rule("B13")
def test_room_and_name_are_enough_and_a_missing_phone_is_a_warning() -> None:
    (row,) = parsed(["商铺-12", "好味餐厅"], header=["房号", "姓名"])
    assert isinstance(row, RosterRow)
    assert (row.building, row.entrance, row.room, row.relation, row.handed_over_on) == ("商铺", "", "12", "owner", None)
    assert row.warnings == ("第 2 行 手机：没有填写，之后无法用电话联系",)


@pytest.mark.rule("B13")
@pytest.mark.parametrize(
    ("title", "value", "said"),
    [
        ("联系电话", "138xxxx", "第 2 行 手机：应为 11 位手机号或区号-座机，现在是 “138xxxx”"),
        ("联系电话", "88001234", "第 2 行 手机：应为 11 位手机号或区号-座机，现在是 “88001234”"),
        ("联系电话", "13800005521、1380000", "第 2 行 手机：应为 11 位手机号或区号-座机，现在是 “1380000”"),
        ("身份", "访客", "第 2 行 身份：应为业主、租户、家属、商户之一，现在是 “访客”"),
        ("居住状态", "?", "第 2 行 居住状态：应为空置、装修、入住之一，现在是 “?”"),
        ("首选沟通方式", "飞鸽", "第 2 行 首选沟通方式：应为电话、短信、线上、邮件、当面、信函之一，现在是 “飞鸽”"),
        ("收房日期", "2024/2/30", "第 2 行 交付日期：应为日期，如 2024-05-31，现在是 “2024/2/30”"),
        ("邮箱", "wang@", "第 2 行 邮箱：应为邮箱，如 wang@example.com，现在是 “wang@”"),
        ("面积", "很大", "第 2 行 面积：应为平方米数，如 128.5，现在是 “很大”"),
        ("面积", "nan", "第 2 行 面积：应为平方米数，如 128.5，现在是 “nan”"),
        ("室", "", "第 2 行 房号：没有填写，请写上房号，如 1502 或 3-2-1502"),
        ("业主姓名", " \t", "第 2 行 姓名：没有填写，请写上姓名或单位名称"),
        ("业主姓名", "长" * 61, "第 2 行 姓名：最多 60 个字，现在有 61 个字，请缩短"),
    ],
)
def test_a_fault_names_row_column_and_what_to_write(title: str, value: object, said: str) -> None:
    assert lines(title, value) == [said]


@pytest.mark.rule("B13")
def test_all_faults_of_a_row_are_told_at_once_with_the_row_as_it_was() -> None:
    (row,) = parsed(["", "", "", "王晓梅", "138", *GOOD[5:]])
    assert isinstance(row, RowError)
    assert [fault.column for fault in row.faults] == ["房号", "手机"]
    assert (row.raw["姓名"], row.raw["手机"]) == ("王晓梅", "138")


@pytest.mark.parametrize(
    ("typed", "phones"),
    [
        (13800005521, ("13800005521",)),
        ("138 0000 5521", ("13800005521",)),
        ("138-0000-5521", ("13800005521",)),
        ("+86 138 0000 5521", ("13800005521",)),
        ("１３８００００５５２１", ("13800005521",)),
        ("\t13800005521\u00a0", ("13800005521",)),
        ("0571-88001234", ("0571-88001234",)),
        ("(0571) 8800 1234转12", ("0571-88001234-12",)),
        ("400-800-1234", ("400-8001234",)),
        ("13800005521/13900001111；0571-88001234", ("13800005521", "13900001111", "0571-88001234")),
        ("13800005521 13900001111", ("13800005521", "13900001111")),
        ("13800005521,13800005521", ("13800005521",)),
        ("无", ()),
    ],
)
def test_phones_in_every_shape(typed: object, phones: tuple[str, ...]) -> None:
    (row,) = parsed(changed("联系电话", typed))
    assert isinstance(row, RosterRow), row
    assert row.phones == phones


@pytest.mark.parametrize("typed", ["", "--", "未交付"])
def test_not_handed_over_yet(typed: str) -> None:
    (row,) = parsed(changed("收房日期", typed))
    assert isinstance(row, RosterRow)
    assert row.handed_over_on is None


@pytest.mark.rule("B13")
def test_doubles_inside_the_file_are_named_and_people_of_one_home_are_none() -> None:
    family = [*GOOD[:3], "张明", *GOOD[4:]]
    written_otherwise = ["", "", "3-2-1502", " 王晓梅", "138 0000 5521", *GOOD[5:]]
    first, second, third = parsed(GOOD, family, written_otherwise)
    assert isinstance(first, RosterRow)
    assert isinstance(second, RosterRow)
    assert isinstance(third, RowError)
    assert third.lines == ["第 4 行：与第 2 行重复（房号、姓名、手机都相同），请删去其中一行"]


@pytest.mark.rule("B13")
def test_formulas_matter_only_in_columns_that_are_used() -> None:
    def cell(text: str) -> str:
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    formula = "<c><f>ROW()</f><v>1</v></c>"
    body = f"<row>{formula}{cell('101')}{cell('王晓梅')}</row><row>{formula}{cell('102')}{formula}</row>"
    good, bad = parse(read(workbook(sheet(texts(["序号", "房号", "姓名"]) + body))))
    assert isinstance(good, RosterRow)
    assert isinstance(bad, RowError)
    assert bad.lines == ["第 3 行 姓名：第 3 列是公式，请粘贴为数值"]


@pytest.mark.rule("B13")
def test_the_template_has_every_column_and_its_examples_are_not_imported() -> None:
    head = next(read(template()))
    assert head.values == tuple(column.title for column in COLUMNS)
    rows = list(parse(read(template())))
    assert [row.lines for row in rows if isinstance(row, RowError)] == [
        ["第 2 行：这是模板里的示例行，没有导入"],
        ["第 3 行：这是模板里的示例行，没有导入"],
    ]


def test_the_examples_of_the_template_are_right_but_for_their_mark() -> None:
    head, *examples = read(template())
    rows = parsed(*(row.values[:-1] for row in examples), header=[str(title) for title in head.values[:-1]])
    assert [(row.label, row.relation) for row in rows if isinstance(row, RosterRow)] == [
        ("3-2-1502", "owner"),
        ("商铺-12", "merchant"),
    ]


@pytest.mark.rule("B13")
def test_a_sheet_without_the_columns_is_refused() -> None:
    with pytest.raises(SheetError, match="没有找到表头"):
        parsed(["王晓梅", "13800005521"], header=["甲", "乙"])
    with pytest.raises(SheetError, match="缺少：“房号”（也可写房间号、"):
        parsed(["王晓梅", "13800005521"], header=["姓名", "手机"])
