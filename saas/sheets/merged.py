"""Merged cells are listed behind the rows that they spoil, so they are looked up before the first row is given out."""

import re
from zipfile import ZipFile

from saas.sheets.faults import SheetError
from saas.sheets.xml import DAMAGED, run

_MAX_ROWS = 300_000  # rows of all ranges together
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")

Merged = dict[int, list[tuple[int, int]]]


def place(reference: str) -> tuple[int, int]:
    """Row and column, both from 1, of a reference such as `AB12`. SheetError for anything else."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise SheetError(DAMAGED)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def merged_cells(archive: ZipFile, part: str) -> Merged:
    """The merged columns of each row: row → first and last column of each range. SheetError for too many."""
    merged: Merged = {}
    rows = 0

    def merge(attributes: dict[str, str]) -> None:
        nonlocal rows
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = place(first), place(last or first)
        rows += max(bottom - top + 1, 1)
        if rows > _MAX_ROWS:
            raise SheetError("这张工作表的合并单元格太多。请全选后取消合并，并逐行填写，再上传。")
        for row in range(top, bottom + 1):
            merged.setdefault(row, []).append((left, right))

    if _mentioned(archive, part):  # a look at the bytes is ten times faster than a parser, and most sheets have none
        with archive.open(part) as stream:
            run(stream, {"mergeCell": merge})
    return merged


def _mentioned(archive: ZipFile, part: str) -> bool:
    with archive.open(part) as stream:
        tail = b""
        while block := stream.read(1 << 16):
            if b"mergeCell" in tail + block or b"\0" in block:  # NUL: UTF-16, where the name looks different
                return True
            tail = block[-8:]
    return False
