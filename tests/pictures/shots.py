"""Photos for tests, drawn on the spot."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

PLACE = "N30 16 26"  # what a phone writes about where it was


def shot(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", *, shade: int = 90, **how: Any
) -> bytes:
    """A photo whose upper half is dark."""
    image = Image.new("L", size, 255)
    image.paste(shade, (0, 0, size[0], size[1] // 2))
    out = BytesIO()
    image.convert(mode).save(out, kind, **how)
    return out.getvalue()


def from_a_phone(orientation: int = 6) -> bytes:
    """A JPEG that lies on its side and says where, by whom and with what it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = orientation, "SecretPhone", "Wang Xiaomei"
    exif.get_ifd(0x8825)[1] = PLACE
    return shot(exif=exif.tobytes(), comment=b"SecretComment", xmp=b"<x>SecretXmp</x>", dpi=(300, 300))


def only_a_header(width: int, height: int) -> bytes:
    """A PNG that promises this many pixels and holds none: whoever decodes it first fails otherwise than we say."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
