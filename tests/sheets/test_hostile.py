"""Files that are not what they say, or want to do harm: every one is refused in Chinese with what to do."""

import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random
from struct import pack_into
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from saas.sheets import RowError, SheetError, archive, read
from tenants.customers.roster import parse
from tests.sheets.forge import BOOK, STYLES, TYPES, sheet, strings, texts, workbook

ROW = texts(["甲", "乙"])
SAVE_AS = "另存为“Excel 工作簿（.xlsx）”后再上传"


def zipped(compression: int = ZIP_DEFLATED, **entries: bytes) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", compression) as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return stream.getvalue()


def refused(data: bytes, message: str) -> None:
    with pytest.raises(SheetError, match=message):
        list(read(data))


@pytest.mark.rule("B13")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "这个文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "旧格式的 .xls 文件。.*" + SAVE_AS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设了打开密码.*取消密码"),
        ("姓名,手机\n王晓梅,138".encode("gbk"), "CSV 或文本文件。.*" + SAVE_AS),
        (b"\xef\xbb\xbf<html><table>", "改了名的网页.*" + SAVE_AS),
        (b"%PDF-1.7", "这是 PDF 文件"),
        (bytes(range(256)), "这不是 Excel 工作簿"),
        (b"PK\x03\x04 and nothing more", "已损坏"),
        (zipped(**{"读我.txt": b"x"}), "这不是 Excel 工作簿"),
        (zipped(**{"名册.xlsx": workbook(sheet(ROW))}), "这是压缩包。请先解压"),
        (zipped(**{"[Content_Types].xml": TYPES.encode(), "word/document.xml": b"<w/>"}), "这不是 Excel 工作簿"),
        (zipped(**{"[Content_Types].xml": TYPES.encode(), "xl/workbook.bin": b""}), ".xlsb"),
        (zipped(ZIP_BZIP2, **{"xl/workbook.xml": b"x"}), "已损坏"),
        (zipped(ZIP_LZMA, **{"xl/workbook.xml": b"x"}), "已损坏"),
        (workbook(sheet(ROW))[:-40], "已损坏"),
        (workbook("<worksheet><sheetData><row>"), "内部结构已损坏"),
        (workbook("not xml"), "内部结构已损坏"),
        (workbook(sheet(ROW), book="<workbook"), "内部结构已损坏"),
        (workbook(sheet('<row r="-3"><c/></row>')), "内部结构已损坏"),
        (workbook(sheet('<row><c r="银1"><v>1</v></c></row>')), "内部结构已损坏"),
        (workbook(sheet(ROW), styles=STYLES.replace('numFmtId="31"', 'numFmtId="x"')), "内部结构已损坏"),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_to_do(data: bytes, message: str) -> None:
    refused(data, message)


def test_a_bomb_is_refused_by_its_ratio_before_it_is_opened() -> None:
    refused(workbook(sheet(" " * (32 << 20))), "解压后异常巨大")
    refused(workbook(sheet(ROW), **{"xl/media/image1.png": bytes(32 << 20)}), "解压后异常巨大")


def test_a_bomb_is_refused_by_what_it_unpacks_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1000)
    refused(workbook(sheet(ROW)), "解压后异常巨大")


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    data = bytearray(workbook(sheet(ROW + " " * (32 << 20))))
    entry = data.rindex(b"PK\x01\x02")  # the sheet is the last in the table of contents
    pack_into("<L", data, entry + 24, 5000)
    refused(bytes(data), "已损坏")


def test_too_many_and_doubled_entries() -> None:
    refused(workbook(sheet(ROW), **{f"junk/{n}": b"" for n in range(2001)}), "解压后异常巨大")
    stream = BytesIO(workbook(sheet(ROW)))
    with ZipFile(stream, "a") as made, pytest.warns(UserWarning, match="Duplicate name"):
        made.writestr("xl/workbook.xml", BOOK)
    refused(stream.getvalue(), "已损坏")


def test_no_broken_byte_gets_past_the_door() -> None:
    whole, dice = workbook(sheet(ROW)), Random(20241)
    for _ in range(600):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 3, 20))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        with suppress(SheetError):
            list(read(bytes(data)))


def test_an_entry_with_a_password() -> None:
    data = bytearray(workbook(sheet(ROW)))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    refused(bytes(data), "加了密")


def test_a_file_that_is_too_big(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE", 100)
    refused(workbook(sheet(ROW)), "文件超过")


LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("dtd", [LAUGHS, EXTERNAL, "<!DOCTYPE w SYSTEM 'http://127.0.0.1:9/x.dtd'>"])
@pytest.mark.parametrize("part", ["sheet", "book", "strings", "styles"])
def test_no_part_may_declare_entities(part: str, dtd: str) -> None:
    if part == "sheet":
        refused(workbook(dtd + sheet(texts(["&a;"]))), "内部结构不正常")
    else:
        content = {"book": BOOK, "strings": strings("<si><t>&b;</t></si>"), "styles": STYLES}[part]
        refused(workbook(sheet(ROW), **{part: dtd + content}), "内部结构不正常")


@pytest.mark.parametrize(
    "content",
    ["<a>" * 70, f"<a {'b' * (3 << 20)}='1'/>", "".join(f"<n{n}/>" for n in range(9000)), f"<!--{'x' * (3 << 20)}-->"],
    ids=["nesting", "endless tag", "invented names", "endless comment"],
)
def test_what_would_make_the_parser_grow_is_refused(content: str) -> None:
    refused(workbook(sheet(content)), "内部结构不正常|异常巨大")


def test_more_columns_cells_or_merges_than_anybody_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    refused(workbook(sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')), "超过 200 列")
    merges = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    refused(workbook(sheet(ROW, merges)), "合并单元格太多")
    monkeypatch.setattr("saas.sheets.reader._MAX_CELLS", 10)
    refused(workbook(sheet("<row>" + "<c/>" * 11 + "</row>")), "单元格太多")


def test_a_row_at_the_end_of_the_sheet_costs_nothing() -> None:
    rows = list(read(workbook(sheet('<row r="1048576"><c r="GR1048576"><v>1</v></c></row>'))))
    assert (rows[0].number, len(rows[0].values)) == (1048576, 200)


_MEASURE = """
import resource, sys
from itertools import chain
from pathlib import Path
from saas.sheets import SheetError, read
from {module} import parse
try:
    count = sum(1 for _ in parse(read(Path(sys.argv[1]))))
except SheetError as error:
    count = str(error)
status = Path("/proc/self/status")  # the usage that Linux reports counts the parent's memory at the time of the fork
if status.exists():
    peak = next(int(line.split()[1]) for line in status.open() if line.startswith("VmHWM")) / 2**10
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(count, round(peak), sep="|")
"""


def measured(path: Path, module: str) -> tuple[str, int]:
    """What a process of its own made of the file, and its peak memory in MiB."""
    run = [sys.executable, "-c", _MEASURE.format(module=module), str(path)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(run, cwd=root, capture_output=True, text=True, check=True, timeout=300)
    count, peak = done.stdout.strip().split("|")
    return count, int(peak)


def big(path: Path, rows: int, header: list[str], row: str, items: str) -> Path:
    body = "".join(row.format(n=n) for n in range(rows))
    path.write_bytes(workbook(sheet(texts(header) + body), strings=strings(items)))
    return path


@pytest.mark.rule("B13")
def test_a_roster_of_100_000_rows_takes_less_than_300_mib(tmp_path: Path) -> None:
    row = '<row><c t="inlineStr"><is><t>3-2-{n}</t></is></c><c t="s"><v>{n}</v></c><c><v>138{n:08d}</v></c></row>'
    names = "".join(f"<si><t>王{n}</t></si>" for n in range(100_000))
    path = big(tmp_path / "big.xlsx", 100_000, ["房号", "姓名", "手机"], row, names)
    count, peak = measured(path, "tenants.customers.roster")
    assert count == "100000"
    assert peak < 300


@pytest.mark.rule("B13")
def test_more_than_100_000_rows_are_refused_within_300_mib(tmp_path: Path) -> None:
    row = '<row><c t="inlineStr"><is><t>{n}</t></is></c><c t="s"><v>0</v></c></row>'
    path = big(tmp_path / "bigger.xlsx", 100_020, ["房号", "姓名"], row, "<si><t>王</t></si>")
    answer, peak = measured(path, "tenants.customers.roster")
    assert answer == "这张工作表超过 100,000 行。请拆成几个文件，每个不超过 100,000 行。"
    assert peak < 300


@pytest.mark.rule("B13")
def test_a_ledger_of_long_texts_stays_on_disk(tmp_path: Path) -> None:
    row = '<row><c><v>{n}</v></c><c t="inlineStr"><is><t>2024-05-31 14:08</t></is></c><c t="s"><v>{n}</v></c></row>'
    letters = "".join(map(chr, Random(7).choices(range(0x4E00, 0x9FA5), k=41_200)))
    bodies = "".join(f"<si><t>{letters[n : n + 1200]}</t></si>" for n in range(40_000))  # 140 MiB of text
    path = big(tmp_path / "ledger.xlsx", 40_000, ["留言编号", "留言时间", "留言详情"], row, bodies)
    count, peak = measured(path, "tenants.complaints.ledger")
    assert count == "40000"
    assert peak < 300


def test_endless_headers_and_cells_take_no_time() -> None:
    long = ["(" * 32_000, "姓名" * 16_000, "1 " * 16_000]
    content = texts(*[long] * 9, ["房号", "姓名", "手机", "邮箱"], [*long, "a@" + "a." * 15_000])
    (row,) = parse(read(workbook(sheet(content))))
    assert isinstance(row, RowError)
    assert [fault.column for fault in row.faults] == ["房号", "姓名", "手机", "邮箱"]
