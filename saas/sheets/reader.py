"""Reads a worksheet row by row. Formulas are never computed and their remembered results never believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isfinite
from zipfile import ZipFile

from saas.sheets.archive import Source, opened
from saas.sheets.faults import SheetError
from saas.sheets.merged import Merged, merged_cells, place
from saas.sheets.strings import MAX_TEXT, Strings, shared_strings, unescape
from saas.sheets.workbook import Workbook, contents
from saas.sheets.xml import DAMAGED, walk

Value = str | int | float | bool | datetime | date | time | timedelta | None
MAX_ROWS = 100_000  # below the header
MAX_COLUMNS = 200
_HEAD_ROWS = 10  # titles and header above the rows that count
_MAX_CELLS = 12_000_000  # blank ones included
_DIGITS = "0123456789"
_EXACT = 10**15  # Excel keeps 15 digits; the rest of a longer number is already lost


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that cannot be used; `column` counts from 1, `text` is Chinese and names the column."""

    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank: its number as Excel shows it, its values, and the cells that cannot be used (None)."""

    number: int
    values: tuple[Value, ...]
    problems: tuple[Problem, ...] = ()


def read(source: Source, sheet: str | None = None) -> Iterator[Row]:
    """The rows of one worksheet (the first visible one), headers included, in a stream of constant memory (B13).

    SheetError, in Chinese and saying what to do: at once for what is no .xlsx, hostile, protected or lacks the sheet,
    and while rows are taken for what is empty, damaged or too big further down. So take all rows before you write any.
    A stream given as `source` stays yours to close.
    """
    with opened(source) as archive:
        book = contents(archive)
        if sheet is not None and sheet not in book.sheets:
            raise SheetError(f"工作簿里没有名为“{sheet}”的工作表，只有：{'、'.join(book.sheets)}。")
        part = book.sheets[sheet] if sheet is not None else next(iter(book.sheets.values()))
        merged = merged_cells(archive, part)
    return _rows(source, book, part, merged)


def _rows(source: Source, book: Workbook, part: str, merged: Merged) -> Iterator[Row]:
    count = 0
    with opened(source) as archive, shared_strings(archive, book.strings) as strings:
        for count, row in enumerate(_Cells(book, strings, merged).rows(archive, part), 1):
            if count > MAX_ROWS + _HEAD_ROWS:
                raise SheetError(f"这张工作表超过 {MAX_ROWS:,} 行。请拆成几个文件，每个不超过 {MAX_ROWS:,} 行。")
            yield row
    if not count:
        raise SheetError("这张工作表是空的。请把数据放在第一张工作表，第一行写表头，再上传。")


class _Cells:
    """Collects what the parser meets, cell by cell, into rows."""

    def __init__(self, book: Workbook, strings: Strings, merged: Merged) -> None:
        self.book, self.strings, self.merged = book, strings, merged
        self.dates = {str(style) for style in book.dates}
        self.columns = _Columns()
        self.ready: list[Row] = []
        self.number = self.column = self.length = self.cells = 0
        self.kind, self.style = "n", "0"
        self.formula = self.wanted = self.phonetic = False
        self.pieces: list[str] = []
        self.values: dict[int, Value] = {}
        self.problems: dict[int, str] = {}

    def rows(self, archive: ZipFile, part: str) -> Iterator[Row]:
        starts = {"row": self.row, "c": self.cell, "f": self.compute, "v": self.want, "t": self.want, "rPh": self.hint}
        ends = {"row": self.end_row, "c": self.end_cell, "v": self.enough, "t": self.enough, "rPh": self.no_hint}
        with archive.open(part) as stream:
            for _ in walk(stream, starts, ends, self.text):
                yield from self.ready
                self.ready.clear()

    def row(self, attributes: dict[str, str]) -> None:
        self.number = _integer(attributes["r"]) if "r" in attributes else self.number + 1
        self.column = 0
        self.values, self.problems = {}, {}

    def cell(self, attributes: dict[str, str]) -> None:
        self.cells += 1
        if self.cells > _MAX_CELLS:
            raise SheetError("这张工作表的单元格太多（空白格也算）。请只复制有数据的区域到新工作簿后再上传。")
        reference = attributes.get("r")
        self.column = self.columns[reference.rstrip(_DIGITS)] if reference else self.column + 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "0")
        self.formula = False
        self.length = 0
        self.pieces.clear()

    def compute(self, _: dict[str, str]) -> None:
        self.formula = True

    def want(self, _: dict[str, str]) -> None:
        self.wanted = not self.phonetic

    def text(self, piece: str) -> None:
        if self.wanted and self.length <= MAX_TEXT:
            self.pieces.append(piece)
            self.length += len(piece)

    def enough(self) -> None:
        self.wanted = False

    def hint(self, _: dict[str, str]) -> None:
        self.phonetic = True

    def no_hint(self) -> None:
        self.phonetic = False

    def end_cell(self) -> None:
        if self.pieces or self.formula:
            self._cell("".join(self.pieces))

    def end_row(self) -> None:
        if self.values or self.problems:
            self._row()

    def _cell(self, text: str) -> None:
        if self.column > MAX_COLUMNS:
            raise SheetError(f"这张工作表超过 {MAX_COLUMNS} 列。请删去多余的列后再上传。")
        try:
            value, problem = (None, "是公式，请粘贴为数值") if self.formula else self._value(text)
        except (ValueError, IndexError, OverflowError):
            value, problem = None, "的内容读不出来，请重新填写"
        if problem is None and isinstance(value, str) and len(value) > MAX_TEXT:
            value, problem = None, f"超过 {MAX_TEXT:,} 个字，请缩短"
        if problem is not None:
            self.problems[self.column] = problem
        if value is not None and value != "":
            self.values[self.column] = value

    def _value(self, text: str) -> tuple[Value, str | None]:
        match self.kind:
            case "s":
                return self.strings[_integer(text)], None
            case "str" | "inlineStr":
                return unescape(text), None
            case "b":
                return text.strip() == "1", None
            case "e":
                return None, f"是错误值 {text[:20]}，请改成正确的内容"
            case "d":
                return datetime.fromisoformat(text.strip()), None
        number = float(text)
        if not isfinite(number):
            raise ValueError(text)
        if self.style in self.dates:
            from openpyxl.utils.datetime import from_excel  # loaded where it is needed: most processes never are

            return from_excel(number, self.book.epoch), None
        if abs(number) >= _EXACT:
            return None, "的数字超过 15 位，末几位已被 Excel 改动，请设为文本格式后重新填写"
        return (int(number) if number.is_integer() else number), None

    def _row(self) -> None:
        for left, right in self.merged.get(self.number, ()):
            for column in range(left, min(right, MAX_COLUMNS) + 1):
                self.problems[column] = "是合并单元格，请取消合并并逐行填写"
        problems = tuple(Problem(c, f"第 {c} 列{text}") for c, text in sorted(self.problems.items()))
        width = max(self.values, default=0)
        self.ready.append(Row(self.number, tuple(self.values.get(c) for c in range(1, width + 1)), problems))


class _Columns(dict[str, int]):
    """Column numbers by letters, each worked out once. SheetError for what is no column."""

    def __missing__(self, letters: str) -> int:
        self[letters] = column = place(f"{letters}1")[1]
        return column


def _integer(text: str) -> int:
    if not text.isascii() or not text.strip().isdigit() or len(text) > 9:
        raise SheetError(DAMAGED)
    return int(text)
