"""Photographs: bombs and other files are refused; what is printed is small, upright, and tells no place."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

from saas.pictures import fit, size_of
from saas.problem import Problem


def jpeg(width: int, height: int, orientation: int = 1) -> bytes:
    """Red above, blue below, with the place where it was taken."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (0, height // 2, width, height))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "Camera of Mr Wang"
    stream = BytesIO()
    image.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A file of a few bytes whose head promises so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def test_it_is_made_small_upright_and_without_its_story() -> None:
    sideways = jpeg(1600, 1200, orientation=6)
    assert size_of(jpeg(1600, 1200)) == (1600, 1200)
    assert size_of(sideways) == (1200, 1600)
    small = fit(sideways, 300, 400)
    with Image.open(BytesIO(small)) as image:
        assert image.size == (300, 400)
        assert not image.getexif()
        red, _, blue = image.getpixel((290, 200))  # the upper half is on the right now
        assert red > 200 > 50 > blue
    assert b"Wang" in sideways
    assert b"Wang" not in small


def test_what_is_transparent_is_printed_on_white() -> None:
    stream = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(stream, "PNG")
    with Image.open(BytesIO(fit(stream.getvalue(), 20, 20))) as image:
        assert image.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("look", [size_of, lambda data: fit(data, 100, 100)])
@pytest.mark.parametrize("pixels", [(10_000, 8_000), (60_000, 60_000)])
def test_a_bomb_is_refused_by_its_head(look: object, pixels: tuple[int, int]) -> None:
    with pytest.raises(Problem, match="照片超过 4,000 万像素。请缩小后再上传。"):
        look(png_claiming(*pixels))  # type: ignore[operator]


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + b"\0" * 50, b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"BM" + b"\0" * 60],
)
def test_another_kind_of_file_is_refused(data: bytes) -> None:
    for look in (size_of, lambda data: fit(data, 100, 100)):
        with pytest.raises(Problem, match="请上传 JPG、PNG 或 WebP"):
            look(data)


@pytest.mark.parametrize("cut", [30, 300, 1000])
def test_a_broken_picture_is_refused_or_drawn_as_far_as_it_goes(cut: int) -> None:
    for data in (jpeg(400, 400)[:-cut], png_claiming(400, 400)[:-cut]):
        with suppress(Problem):
            assert fit(data, 100, 100).startswith(b"\xff\xd8")
