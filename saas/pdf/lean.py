"""Keeps the layout small and quick. Written against the pinned WeasyPrint 70, like `typesetting`.

It copies each whole font file, 10 to 15 MB, before it takes its part: here the bytes are read from the mapped file when
they are asked for, which they are for the finished part only. And it computes styles of five kinds of notes for every
element: our documents have no footnotes, so the rules for them are left out. Together 70 MB and a fifth of the time.
"""

from typing import Any

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.html import UA
from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi, harfbuzz

_NOTES = ("::footnote-", "::note-")
_STYLES = CSS(
    string="\n".join(line for line in UA.splitlines() if not line.startswith(_NOTES)), counter_style=CounterStyle()
)


class Page(HTML):  # type: ignore[misc]
    """HTML without footnotes."""

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
        return [_STYLES]


class FontBytes:
    """The bytes of a font, not read yet."""

    def __init__(self, face: Any) -> None:
        self.blob = ffi.gc(harfbuzz.hb_face_reference_blob(face), harfbuzz.hb_blob_destroy)

    def read(self) -> bytes:
        """Copy them."""
        length = ffi.new("unsigned int *")
        data = harfbuzz.hb_blob_get_data(self.blob, length)
        return bytes(ffi.buffer(data, length[0]))


def _get(font: Any) -> bytes:
    content = font.__dict__["content"]
    return content.read() if isinstance(content, FontBytes) else content


def _set(font: Any, content: FontBytes | bytes) -> None:
    font.__dict__["content"] = content


def teach() -> None:
    """Put the fonts into WeasyPrint, for this process. Again is harmless."""
    fonts.get_hb_object_data = FontBytes
    fonts.Font.file_content = property(_get, _set)
