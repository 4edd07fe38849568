"""Writes a workbook whose cells say what they hold and compute nothing."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any

from saas.clock import local
from saas.sheets.cells import line
from saas.sheets.strings import MAX_TEXT

_COMPUTED = ("=", "+", "-", "@")
_HARMLESS = re.compile(r"[+-]?[\d\s.,()-]+|-+")  # phones with +86, negative numbers, a dash for “no data”
_CUT = "…（过长，已截断）"
_TITLE = re.compile(r"[\\/*?:\[\]']")
_SAMPLE = 200  # rows looked at for the column widths


def write(
    rows: Iterable[Sequence[object]], header: Sequence[str], title: str, *, watermark: str | None = None
) -> bytes:
    """One sheet as .xlsx (B13). `watermark` (B10: who exported, when) is the line above the header
    and at the foot of each printed page.

    Text that a spreadsheet would compute (it starts with = + - @) gets an apostrophe; our own reader takes it off.
    Aware times become Shanghai wall-clock times. ValueError when `header` is empty.
    """
    from openpyxl import Workbook  # loaded where it is needed: most processes never write a sheet
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    if not header:
        raise ValueError("a sheet needs a header")
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_TITLE.sub(" ", title)[:31] or "Sheet1")  # its class is made of copied properties
    iterator = iter(rows)
    sample = list(islice(iterator, _SAMPLE))
    for index, name in enumerate(header):
        texts = [name, *(line(row[index]) for row in sample if index < len(row))]
        sheet.column_dimensions[get_column_letter(index + 1)].width = min(max(map(_width, texts)) + 3, 60)
    top = 1 if watermark is None else 2
    sheet.freeze_panes = f"A{top + 1}"
    if watermark is not None:
        sheet.oddFooter.center.text = watermark.replace("&", "&&")
        sheet.append([_cell(sheet, watermark, Font(color="808080", italic=True))])
    sheet.print_title_rows = f"{top}:{top}"
    bold, shade = Font(bold=True), PatternFill("solid", fgColor="EEF2F6")
    heads = [_cell(sheet, name, bold) for name in header]
    for head in heads:
        head.fill = shade
    sheet.append(heads)
    for batch in (sample, iterator):
        for row in batch:
            sheet.append([_plain(sheet, value) for value in row])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _plain(sheet: Any, value: object) -> object:
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, str):
        return _cell(sheet, value)
    return value


def _cell(sheet: Any, text: str, font: Any = None) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment

    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if text.lstrip().startswith(_COMPUTED) and not _HARMLESS.fullmatch(text):
        text = "'" + text
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - len(_CUT)] + _CUT
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # never a formula, never an error value, whatever the text looks like
    if font is not None:
        cell.font = font
    elif "\n" in text:
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text[:60])
