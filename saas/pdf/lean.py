"""Keeps the layout's memory small: WeasyPrint 70 copies each whole font file, 10 to 15 MB, before it takes its part.

Here the bytes are read from the mapped file when they are asked for, which they are for the finished subset only: 50 MB
less for a report. Written against the pinned version, like `typesetting`.
"""

from typing import Any

from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi, harfbuzz


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
    """Put it into WeasyPrint, for this process. Again is harmless."""
    fonts.get_hb_object_data = FontBytes
    fonts.Font.file_content = property(_get, _set)
