"""The door for uploaded .xlsx files: nothing is unpacked before the container was found to be harmless."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from saas.sheets.faults import SheetError

Source = Path | str | bytes | IO[bytes]

MAX_FILE = 64 << 20  # bytes as uploaded
MAX_UNPACKED = 512 << 20  # bytes, all entries together
MAX_ENTRIES = 2_000
MAX_RATIO = 200  # unpacked : packed, of entries worth a look; real sheets stay below 40
WORTH_A_LOOK = 4 << 20

_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
_BOMB = "这个文件解压后异常巨大，为安全起见没有打开。请新建一个工作簿，只粘贴需要的数据，保存后再上传。"
_DAMAGED = "这个文件已损坏，读不出来。请用 Excel 或 WPS 打开原文件，重新保存为 .xlsx 后再上传。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@contextmanager
def opened(source: Source) -> Iterator[ZipFile]:
    """The checked container. SheetError when it is no .xlsx, is damaged, protected or a bomb."""
    if isinstance(source, bytes):
        with _container(BytesIO(source)) as archive:
            yield archive
    elif isinstance(source, (str, Path)):
        with Path(source).open("rb") as stream, _container(stream) as archive:
            yield archive
    else:
        with _container(source) as archive:
            yield archive


@contextmanager
def _container(stream: IO[bytes]) -> Iterator[ZipFile]:
    _check_kind(stream)
    try:
        archive = ZipFile(stream)
    except (BadZipFile, ValueError, OverflowError, NotImplementedError, struct.error) as error:
        raise SheetError(_DAMAGED) from error
    with archive:
        _check_entries(archive.infolist())
        try:
            yield archive
        except (BadZipFile, EOFError, NotImplementedError, UnicodeDecodeError, zlib.error) as error:
            raise SheetError(_DAMAGED) from error


def _check_kind(stream: IO[bytes]) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(4096)
    if not head:
        raise SheetError("这个文件是空的。请选择填好数据的 .xlsx 文件。")
    if size > MAX_FILE:
        raise SheetError(f"文件超过 {MAX_FILE >> 20} MB。请删去图片和无关的工作表，或拆成几个文件分别上传。")
    if head.startswith(_OLE):
        stream.seek(0)
        if "EncryptedPackage".encode("utf-16-le") in stream.read():
            raise SheetError("这个文件设了打开密码。请在“文件—信息—保护工作簿”里取消密码，保存后再上传。")
        raise SheetError("这是旧格式的 .xls 文件。" + _SAVE_AS)
    if not head.startswith(b"PK"):
        raise SheetError(_not_a_workbook(head))
    # Each entry of the table of contents starts with this mark, so their number is bounded before it is read.
    if sum(block.count(b"PK\x01\x02") for block in _blocks(stream)) > MAX_ENTRIES:
        raise SheetError(_BOMB)
    stream.seek(0)


def _not_a_workbook(head: bytes) -> str:
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
        return "这是改了名的网页或 XML 文件，不是 Excel 工作簿。" + _SAVE_AS
    if head.startswith(b"%PDF"):
        return "这是 PDF 文件。请上传原来的 Excel 工作簿（.xlsx）。"
    if b"\0" not in head and (b"," in head or b"\t" in head or b";" in head):
        return "这是 CSV 或文本文件。" + _SAVE_AS
    return "这不是 Excel 工作簿。" + _SAVE_AS


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    tail = b""
    while block := stream.read(1 << 20):
        yield tail + block
        tail = block[-3:]


def _check_entries(entries: list[ZipInfo]) -> None:
    names = {entry.filename for entry in entries}
    # Two entries of one name: which one a reader sees is anyone's guess.
    if len(names) != len(entries) or any(entry.header_offset < 0 for entry in entries):
        raise SheetError(_DAMAGED)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise SheetError("这个文件加了密。请取消密码，保存后再上传。")
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise SheetError(_DAMAGED)
    # zipfile never gives out more than the declared size, so the declared sizes bound the real ones.
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED or any(
        entry.file_size > WORTH_A_LOOK and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    ):
        raise SheetError(_BOMB)
    if "xl/workbook.bin" in names:
        raise SheetError("这是 .xlsb 二进制工作簿。" + _SAVE_AS)
    if "[Content_Types].xml" not in names:
        if any(name.lower().endswith((".xlsx", ".xls")) for name in names):
            raise SheetError("这是压缩包。请先解压，再上传里面的 .xlsx 文件。")
        raise SheetError("这不是 Excel 工作簿。" + _SAVE_AS)
