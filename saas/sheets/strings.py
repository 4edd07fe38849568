"""The shared strings of a workbook, kept on disk: a ledger's texts would fill the memory otherwise."""

import re
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from zipfile import ZipFile

from saas.sheets.faults import SheetError
from saas.sheets.xml import run

MAX_TEXT = 32_767  # characters of one cell, Excel's own limit
_MAX_STRINGS = 3_000_000
_IN_MEMORY = 16 << 20  # bytes
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Undo `_x000D_`, Excel's way to write a character that XML forbids. Those that a database forbids are dropped."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    keep = code in (9, 10, 13) or (code >= 32 and not 0xD800 <= code <= 0xDFFF and code < 0xFFFE)
    return chr(code) if keep else ""


class Strings:
    """Strings by number. IndexError for a number that is not there."""

    def __init__(self, spool: SpooledTemporaryFile[bytes]) -> None:
        self._spool = spool
        self._ends = array("Q", [0])

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise IndexError(number)
        start = self._ends[number]
        self._spool.seek(start)
        return self._spool.read(self._ends[number + 1] - start).decode()

    def append(self, text: str) -> None:
        data = text.encode()
        self._spool.write(data)
        self._ends.append(self._ends[-1] + len(data))
        if len(self._ends) > _MAX_STRINGS:
            raise SheetError("这个工作簿的文字单元格太多。请拆成几个文件分别上传。")


@contextmanager
def shared_strings(archive: ZipFile, part: str | None) -> Iterator[Strings]:
    """Read the part (None: there is none) into a spool that is removed at the end. SheetError for broken XML.

    A text longer than a cell may be is cut one character beyond that limit, so that the reader of the cell notices.
    """
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        strings = Strings(spool)
        if part is not None:
            _fill(strings, archive, part)
        yield strings


def _fill(strings: Strings, archive: ZipFile, part: str) -> None:
    pieces: list[str] = []
    length = 0
    wanted = phonetic = False

    def begin(_: dict[str, str]) -> None:
        nonlocal length
        pieces.clear()
        length = 0

    def finish() -> None:
        strings.append(unescape("".join(pieces))[: MAX_TEXT + 1])

    def hint(_: dict[str, str]) -> None:
        nonlocal phonetic
        phonetic = True

    def no_hint() -> None:
        nonlocal phonetic
        phonetic = False

    def want(_: dict[str, str]) -> None:
        nonlocal wanted
        wanted = not phonetic

    def enough() -> None:
        nonlocal wanted
        wanted = False

    def text(piece: str) -> None:
        nonlocal length
        if wanted and length <= MAX_TEXT:
            pieces.append(piece)
            length += len(piece)

    with archive.open(part) as stream:
        run(stream, {"si": begin, "t": want, "rPh": hint}, {"si": finish, "t": enough, "rPh": no_hint}, text)
