"""What runs inside the bounded child: WeasyPrint with a fetcher that knows nothing but the assets it was given.

Imported only after `fonts.prepare`, because WeasyPrint reads the font configuration while it is imported.
"""

import json
import logging
import os
import resource
import signal
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from io import BytesIO
from mimetypes import guess_type
from typing import Any, NoReturn

import weasyprint
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from saas.pdf import lean, typesetting
from saas.pdf.limits import DPI, Limits
from saas.pdf.sheet import Attachment, Sheet
from saas.pictures import tidy
from saas.problem import Problem

typesetting.teach()
lean.teach()

OUT_OF_MEMORY = 71
CRASHED = 70
INLINE_BYTES = 64 * 1024

STEPS = ("读取内容", "读取样式", "套用样式", "准备版面", "排版", "生成文件", "写入文件信息")


class Assets(URLFetcher):  # type: ignore[misc]
    """Serves `asset:name` from memory and small `data:` images; anything else stops the rendering."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
        self.assets = assets
        self.refused = ""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        name = url.removeprefix("asset:")
        if name != url and name in self.assets:
            kind = guess_type(name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, self.assets[name], {"Content-Type": kind})
        if url.startswith("data:image/") and len(url) <= INLINE_BYTES:
            return super().fetch(url, headers)
        self.refused = url[:120]
        raise ValueError("only named assets are served")


class Steps(logging.Handler):
    """Turns WeasyPrint's progress log into frames for the parent."""

    def __init__(self, pipe: int) -> None:
        super().__init__(logging.INFO)
        self.pipe = pipe

    def emit(self, record: logging.LogRecord) -> None:
        words = record.getMessage().split()
        done = int(words[1])
        page = words[-1] if words[-2] == "Page" else ""
        label = STEPS[done - 1] + (f"第 {page} 页" if page else "")
        send(self.pipe, b"P", json.dumps([done, len(STEPS), label]).encode())


class Remarks(logging.Handler):
    """Passes warnings (a style that is not understood, an image that cannot be read) to the parent's log."""

    def __init__(self, pipe: int) -> None:
        super().__init__(logging.WARNING)
        self.pipe = pipe

    def emit(self, record: logging.LogRecord) -> None:
        send(self.pipe, b"W", record.getMessage()[:500].encode())


def send(pipe: int, kind: bytes, payload: bytes) -> None:
    """One frame: kind (Progress, Warning, address Refused, X content refused, Failed, Document), length, payload."""
    left = memoryview(kind + len(payload).to_bytes(4, "big") + payload)
    while left:
        left = left[os.write(pipe, left) :]


def draw(sheet: Sheet, pipe: int, limits: Limits) -> NoReturn:
    """Render and leave the process. Never returns and never runs the parent's clean-up."""
    code = CRASHED
    try:
        _confine(pipe, limits)
        _report(pipe)
        small = {
            name: tidy(each.read(), longest=max(each.width, each.height)).data for name, each in sheet.pictures.items()
        }
        fetcher = Assets({**sheet.assets, **small})
        data = b""
        with suppress(FatalURLFetchingError):
            data = lean.Page(string=sheet.html, base_url="asset:/", url_fetcher=fetcher).write_pdf(
                pdf_tags=True,
                pdf_variant="pdf/a-3a" if sheet.archive else None,
                dpi=DPI,
                attachments=[_attached(each, fetcher) for each in sheet.attachments],
                finisher=_finish,
            )
        # Drawing an inline SVG swallows even the fatal error, so the fetcher's own word counts.
        if fetcher.refused:
            send(pipe, b"R", fetcher.refused.encode())
        else:
            send(pipe, b"D", data)
        code = 0
    except Problem as problem:
        send(pipe, b"X", str(problem).encode())
        code = 0
    except (MemoryError, SystemError):  # the latter when a C library runs out of it
        code = OUT_OF_MEMORY
    except Exception:
        send(pipe, b"F", traceback.format_exc()[-4000:].encode())
    finally:
        os._exit(code)


def _attached(each: Attachment, fetcher: URLFetcher) -> weasyprint.Attachment:
    at = each.at.astimezone(UTC)  # WeasyPrint writes it with a Z
    return weasyprint.Attachment(
        file_obj=BytesIO(each.data), url_fetcher=fetcher, name=each.name, description=each.description,
        created=at, modified=at, relationship="Data",
    )  # fmt: skip


def _finish(document: Any, pdf: Any) -> None:
    """WeasyPrint names each associated file twice. Readers show the bookmarks, when there are any. What the file says
    of itself stands in it uncompressed, so that a copy can be told from another without a PDF reader."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))
    if "Outlines" in pdf.catalog:
        pdf.catalog["PageMode"] = "/UseOutlines"
    if "Metadata" in pdf.catalog:
        pdf.objects[int(pdf.catalog["Metadata"].split()[0])].compress = False


def _confine(pipe: int, limits: Limits) -> None:
    """Drop what was inherited (sockets of the database, signal handlers) and lower the limits for good."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(0)
    os.closerange(3, pipe)
    os.closerange(pipe + 1, 65_536)
    _step_back()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    ceiling = _address_space() + limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def _step_back() -> None:
    """Print while nobody waits for the processor. A nice value alone lets a page wait milliseconds at each of its many
    short turns: its 95th percentile grew by three quarters."""
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(19)


def _address_space() -> int:
    """Bytes mapped already: the memory limit counts what the document adds. 0 where the kernel does not tell."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _report(pipe: int) -> None:
    for name, handler, level in (
        ("weasyprint.progress", Steps(pipe), logging.INFO),
        ("weasyprint", Remarks(pipe), logging.WARNING),
        ("fontTools", logging.NullHandler(), logging.ERROR),
    ):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
