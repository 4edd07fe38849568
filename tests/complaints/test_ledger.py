"""The ledger of past messages: the real ones as they are, and everything that can be wrong with others."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from saas import clock
from saas.clock import CN
from saas.sheets import RowError, SheetError, read, write
from tenants.complaints.ledger import LedgerRow, guess_mapping, header, parse
from tests.sheets.forge import sheet, texts, workbook

HEADER = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
GOOD: list[object] = [
    188059,
    "A0002",
    "路灯不亮",
    "2019/11/22 16:54:42",
    "\n\t\t三号楼前\n\t",
    "已修好",
    "2019/11/25 9:00",
]
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        yield


def parsed(*rows: Sequence[object], header: Sequence[str] = HEADER) -> list[LedgerRow | RowError]:
    return list(parse(read(write(rows, header, "台账"))))


def changed(title: str, value: object) -> list[object]:
    return [value if name == title else old for name, old in zip(HEADER, GOOD, strict=True)]


def one(row: Sequence[object]) -> LedgerRow:
    (found,) = parsed(row)
    assert isinstance(found, LedgerRow), found
    return found


@pytest.mark.rule("D2")
def test_a_good_row_keeps_what_came() -> None:
    row = one(GOOD)
    assert (row.source_id, row.reporter_code, row.subject, row.body) == ("188059", "A0002", "路灯不亮", "三号楼前")
    assert row.received_at == datetime(2019, 11, 22, 16, 54, 42, tzinfo=CN)
    assert (row.reply, row.replied_at) == ("已修好", datetime(2019, 11, 25, 9, tzinfo=CN))
    assert row.raw == dict(zip(HEADER, GOOD, strict=True))
    assert row.warnings == ()


@pytest.mark.rule("B13")
@pytest.mark.parametrize(
    ("title", "value", "said"),
    [
        ("留言时间", "前天", "第 2 行 留言时间：应为时间，如 2024-05-31 14:08，现在是 “前天”"),
        ("留言时间", None, "第 2 行 留言时间：没有填写，请写上时间，如 2024-05-31 14:08"),
        ("留言时间", "2029-01-02", "第 2 行 留言时间：晚于现在：2029-01-02 00:00，请检查年、月、日是否写反"),
        ("留言时间", "0001-01-01", "第 2 行 留言时间：早于 1990 年：“0001-01-01”，请检查年份"),
        ("答复时间", "0001-01-01", "第 2 行 答复时间：早于 1990 年：“0001-01-01”，请检查年份"),
        ("答复时间", "尽快", "第 2 行 答复时间：应为时间，如 2024-05-31 14:08，现在是 “尽快”"),
        ("留言主题", "长" * 201, "第 2 行 留言主题：最多 200 个字，现在有 201 个字，请缩短"),
    ],
)
def test_a_fault_names_row_column_and_what_to_write(title: str, value: object, said: str) -> None:
    (row,) = parsed(changed(title, value))
    assert isinstance(row, RowError)
    assert row.lines == [said]
    assert row.raw["留言用户"] == "A0002"


@pytest.mark.parametrize(
    ("title", "value", "said"),
    [
        ("答复时间", "2019/11/21", "第 2 行 答复时间：早于留言时间，没有采用；原值保留在原始记录里"),
        ("答复时间", None, "第 2 行 答复时间：没有填写"),
        ("答复意见", None, "第 2 行 答复意见：没有填写"),
        ("留言主题", None, "第 2 行 留言主题：没有填写，用内容的开头代替"),
        ("留言详情", "\n\t", "第 2 行 留言详情：没有填写，用主题代替"),
    ],
)
def test_what_is_odd_is_imported_with_a_warning(title: str, value: object, said: str) -> None:
    row = one(changed(title, value))
    assert row.warnings == (said,)
    assert row.subject
    assert row.body
    assert row.replied_at is None or row.replied_at >= row.received_at


def test_a_message_without_any_text_is_an_error() -> None:
    (row,) = parsed([1, "A", None, "2019/11/22", None, None, None])
    assert isinstance(row, RowError)
    assert row.lines == ["第 2 行 留言详情：没有填写，请写上留言内容"]


@pytest.mark.rule("B13")
def test_doubles_go_by_their_number() -> None:
    first, second = parsed(GOOD, changed("留言详情", "另一件"))
    assert isinstance(first, LedgerRow)
    assert isinstance(second, RowError)
    assert second.lines == ["第 3 行：与第 2 行的留言编号 “188059”重复，请删去其中一行"]


def test_messages_without_number_get_one_that_the_next_import_finds_again() -> None:
    first, other, double = parsed(GOOD[3:5], ["2019/11/23", "别的"], GOOD[3:5], header=HEADER[3:5])
    assert isinstance(first, LedgerRow)
    assert isinstance(other, LedgerRow)
    assert isinstance(double, RowError)
    assert first.source_id != other.source_id
    assert parsed(GOOD[3:5], header=HEADER[3:5])[0] == first


@pytest.mark.rule("B13")
def test_columns_are_guessed_and_can_be_mapped_otherwise() -> None:
    foreign = ["Nr", "Wann", "Was"]
    assert guess_mapping(["编号", "投诉人", "标题", "投诉时间", "投诉内容", "处理结果", "办结时间"]) == guess_mapping(
        HEADER
    )
    data = write([[7, "2019/11/22", "路灯不亮"]], foreign, "台账")
    head, _ = header(read(data))
    assert head.values == tuple(foreign)
    (row,) = parse(read(data), {"source_id": 0, "received_at": 1, "body": 2})
    assert isinstance(row, LedgerRow)
    assert (row.source_id, row.subject) == ("7", "路灯不亮")
    assert row.raw == {"Nr": 7, "Wann": "2019/11/22", "Was": "路灯不亮"}


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"received_at": 3}, "缺少：“留言详情”"),
        ({"received_at": 3, "body": 3}, "同一列对应了两个字段"),
        ({"received_at": 3, "body": 99}, "“留言详情”对应的列不在表里"),
        ({"received_at": 3, "body": -1}, "“留言详情”对应的列不在表里"),
        ({"received_at": 3, "body": 4, "__class__": 1}, "“__class__”对应的列不在表里"),
    ],
)
def test_a_mapping_that_cannot_be(mapping: dict[str, int], message: str) -> None:
    with pytest.raises(SheetError, match=message):
        list(parse(read(write([GOOD], HEADER, "台账")), mapping))


def test_the_original_row_keeps_every_column_and_fits_json() -> None:
    cells = '<c t="inlineStr"><is><t>2019/11/22</t></is></c><c t="inlineStr"><is><t>\n\t正文 </t></is></c>'
    rows = f'<row>{cells}<c s="3"><v>45443.5</v></c><c><f>1+1</f><v>2</v></c><c t="b"><v>1</v></c><c><v>7</v></c></row>'
    data = workbook(sheet(texts(["留言时间", "留言详情", "转办", "合计", "转办"]) + rows))
    (row,) = parse(read(data))
    assert isinstance(row, LedgerRow)
    assert json.loads(json.dumps(row.raw)) == {
        "留言时间": "2019/11/22",
        "留言详情": "\n\t正文 ",
        "转办": "2024-05-31T12:00:00",
        "合计": "第 4 列是公式，请粘贴为数值",
        "转办（第 5 列）": True,
        "第 6 列": 7,
    }


@pytest.mark.rule("B13")
@pytest.mark.parametrize("name", ["residents_messages", "residents_messages_with_replies"])
def test_real_messages_are_taken_as_they_are(name: str) -> None:
    path = DATA / f"{name}.xlsx"
    if not path.exists():
        pytest.skip("../shared/data is absent: the real messages are not part of the repository")
    page = openpyxl.load_workbook(BytesIO(path.read_bytes()), read_only=True).worksheets[0]
    titles, *rows = page.iter_rows(values_only=True)
    found = list(parse(read(path)))
    assert [row.number for row in found] == list(range(2, len(rows) + 2))
    for row, original in zip(found, rows, strict=True):
        if isinstance(row, RowError):
            assert row.faults
            continue
        values = dict(zip(titles, original, strict=True))
        assert row.source_id == str(values["留言编号"])
        assert row.reporter_code == values["留言用户"].strip()
        written = values["留言时间"] if isinstance(values["留言时间"], datetime) else None
        written = written or datetime.strptime(values["留言时间"], "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007
        assert row.received_at == written.replace(tzinfo=CN)
        assert "".join(row.body.split()) == "".join(
            values["留言详情"].replace("_x000D_", "").replace("\u200b", "").split()
        )
        assert all(piece == piece.strip() and piece for piece in row.body.split("\n"))
        assert list(row.raw) == list(titles)
        assert row.raw["留言用户"] == values["留言用户"]
    assert not any(isinstance(row, RowError) for row in found)
