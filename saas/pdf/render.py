"""HTML in, PDF out, in a child process with bounded CPU, memory and time, without network or files."""

import gc
import json
import logging
import os
import select
import signal
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from saas.pdf import fonts
from saas.pdf.limits import Limits
from saas.pdf.sheet import Sheet

LOG = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]

_covered: frozenset[int] = frozenset()  # what the fonts can draw; empty until `warm`


class RenderFailed(RuntimeError):
    """No document came out. The message is Chinese and says what to do."""


class RenderRefused(RenderFailed):
    """The content asks for something that a document may not have: an outside address, a file, too much text."""


class RenderCancelled(RenderFailed):
    """The caller no longer wants the document."""


def warm(home: Path, assets: Path = fonts.ASSETS) -> None:
    """Prepare the fonts and import the layout engine once, so that every child is a cheap fork.

    Call it at the start of the PDF worker (again is harmless); `render` refuses to run without. Raises FontsMissing.
    """
    global _covered
    if _covered:
        return
    fonts.prepare(home, assets)
    import saas.pdf.child  # noqa: F401

    _covered = fonts.coverage(assets)
    gc.collect()
    gc.freeze()  # the children leave these pages shared


def render(
    sheet: Sheet | str,
    *,
    assets: Mapping[str, bytes] | None = None,
    archive: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    limits: Limits = Limits(),
) -> bytes:
    """Lay out a sheet and return a tagged PDF.

    HTML alone is a sheet with these `assets` and `archive`. `progress(done, total, label)` is called as the work goes
    on; `cancelled` is polled ten times a second. Dates in the file come from the page's `dcterms` metas and from the
    attachments, so equal input gives equal bytes. Raises RenderRefused, RenderCancelled, RenderFailed.
    """
    if not _covered:
        raise RuntimeError("call saas.pdf.render.warm() when the process starts")
    if isinstance(sheet, str):
        sheet = Sheet(sheet, assets or {}, archive=archive)
    if len(sheet.html) > limits.html_chars:
        raise RenderRefused("内容过长，不能排成一份文件。请把明细改为附件，或分成几份。")
    reader, writer = os.pipe()
    child = _fork(replace(sheet, html=fonts.printable(sheet.html, _covered)), writer, limits)
    os.close(writer)
    try:
        document = _listen(reader, progress, cancelled, limits)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reader)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if document is None or code != 0:
        raise RenderFailed(_obituary(code, limits))
    return document


def _fork(sheet: Sheet, writer: int, limits: Limits) -> int:
    from saas.pdf.child import draw

    with warnings.catch_warnings():
        # Python warns when other threads live. The child lays out and leaves by _exit: it takes none of their locks.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        draw(sheet, writer, limits)
    return child


def _listen(
    reader: int, progress: Progress | None, cancelled: Callable[[], bool] | None, limits: Limits
) -> bytes | None:
    """Read frames until the child closes the pipe; return its document if it sent one."""
    deadline = time.monotonic() + limits.wall_seconds
    buffer, document = bytearray(), None
    while True:
        if cancelled is not None and cancelled():
            raise RenderCancelled("已停止生成。")
        if time.monotonic() > deadline:
            raise RenderFailed(f"排版超过 {limits.wall_seconds:.0f} 秒仍未完成，已停止。请稍后重新生成。")
        if not select.select([reader], [], [], 0.1)[0]:
            continue
        chunk = os.read(reader, 1 << 20)
        if not chunk:
            return document
        buffer += chunk
        if len(buffer) > limits.pdf_bytes:
            raise RenderRefused(f"生成的文件超过 {limits.pdf_bytes // 1_000_000} MB。请减少图片或分成几份。")
        while len(buffer) >= 5 and len(buffer) >= (end := 5 + int.from_bytes(buffer[1:5], "big")):
            kind, payload = buffer[:1].decode(), bytes(buffer[5:end])
            del buffer[:end]
            if kind == "D":
                document = payload
            else:
                _hear(kind, payload, progress)


def _hear(kind: str, payload: bytes, progress: Progress | None) -> None:
    match kind:
        case "P" if progress is not None:
            progress(*json.loads(payload))
        case "W":
            LOG.warning("layout: %s", payload.decode())
        case "X":
            raise RenderRefused(payload.decode())
        case "R":
            raise RenderRefused(f"内容引用了外部地址，文件中不允许：{payload.decode()}。请删去后重新生成。")
        case "F":
            LOG.error("layout failed\n%s", payload.decode())
            raise RenderFailed("没能生成文件，已记录原因。请稍后重新生成；仍不成功时联系管理员。")


def _obituary(code: int, limits: Limits) -> str:
    from saas.pdf.child import OUT_OF_MEMORY

    if code == -signal.SIGXCPU or code == -signal.SIGKILL:
        return f"版式过于复杂，排版用满 {limits.cpu_seconds} 秒仍未完成，已停止。请缩短内容或把明细改为附件。"
    if code in (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGSEGV):
        return "内容过大，超出排版可用的内存，已停止。请缩短内容、减少图片或把明细改为附件。"
    return "没能生成文件，排版进程意外退出。请稍后重新生成；仍不成功时联系管理员。"
