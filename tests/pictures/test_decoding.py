"""Photos from outside: what they are is read from their content, how large from their header; only pixels stay."""

import subprocess
import sys
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from saas.pictures import decoding, tidy
from saas.problem import Problem
from tests.pictures.shots import from_a_phone, only_a_header, shot


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.rule("D1")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "MPO"])
def test_a_photo_becomes_a_plain_jpeg(kind: str) -> None:
    picture = tidy(shot(kind))
    image = opened(picture.data)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (64, 48))
    assert (picture.width, picture.height) == (64, 48)
    dark, light = image.getpixel((32, 4)), image.getpixel((32, 44))
    assert dark[0] < 120 < 230 < light[0]
    assert tidy(shot(kind)).data == picture.data  # the same photo twice has one digest


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA", "I;16"])
def test_every_kind_of_pixels_is_read(mode: str) -> None:
    assert opened(tidy(shot("PNG", mode=mode)).data).mode == "RGB"


def test_print_colours_are_read() -> None:
    assert opened(tidy(shot("JPEG", mode="CMYK")).data).mode == "RGB"


def test_what_is_transparent_is_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(tidy(out.getvalue()).data).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.rule("B10")
def test_where_and_by_whom_it_was_taken_is_gone() -> None:
    sent = from_a_phone()
    kept = tidy(sent).data
    for secret in (b"Exif", b"SecretPhone", b"Wang Xiaomei", b"SecretComment", b"SecretXmp", b"N30 16"):
        assert secret in sent
        assert secret not in kept
    assert not opened(kept).getexif()


def test_a_photo_on_its_side_is_turned() -> None:
    image = opened(tidy(from_a_phone(6)).data)
    assert image.size == (48, 64)
    assert image.getpixel((44, 32))[0] < 120 < image.getpixel((4, 32))[0]  # what was above is now at the right


@pytest.mark.parametrize(
    ("size", "longest", "becomes"),
    [((4000, 3000), 2000, (2000, 1500)), ((300, 4000), 2000, (150, 2000)), ((4000, 3000), 480, (480, 360)),
     ((640, 480), 2000, (640, 480)), ((5000, 1), 2000, (2000, 1))],
)  # fmt: skip
def test_it_is_made_smaller_never_larger(size: tuple[int, int], longest: int, becomes: tuple[int, int]) -> None:
    picture = tidy(shot(size=size), longest=longest)
    assert (picture.width, picture.height) == opened(picture.data).size == becomes


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "照片是空的"),
        (b"\xff\xd8\xff" + b"x" * decoding.LARGEST, "超过 10 MB"),
        (only_a_header(8001, 5000), "超过 4000 万像素"),
        (only_a_header(60_000, 60_000), "超过 4000 万像素"),
        (only_a_header(2_000_000_000, 2_000_000_000), "万像素"),
        (only_a_header(800, 500), "照片打不开"),
        (shot("WEBP", (16_000, 1251), quality=1, method=0), "超过 2000 万像素"),
        (shot("GIF"), "只能上传 JPEG、PNG、WebP"),
        (shot("BMP"), "只能上传 JPEG、PNG、WebP"),
        (shot("TIFF"), "只能上传 JPEG、PNG、WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "只能上传 JPEG、PNG、WebP"),
        (b"%PDF-1.7 not a photo", "只能上传 JPEG、PNG、WebP"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 100, "只能上传 JPEG、PNG、WebP"),
        (b"\xff\xd8\xff\xe0", "只能上传 JPEG、PNG、WebP"),
        (shot(size=(400, 300))[:-200], "没有传完整"),
        (shot("PNG", (400, 300))[:-80], "没有传完整"),
    ],
)
def test_what_cannot_be_taken_is_said_in_chinese(data: bytes, says: str) -> None:
    with pytest.raises(Problem, match=says):
        tidy(data)


def test_damaged_photos_are_taken_or_refused_in_words() -> None:
    random, taken, said = Random(20261126), 0, []
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = from_a_phone() if kind == "JPEG" else shot(kind)
        for _ in range(80):
            data = bytearray(whole)
            for _ in range(random.randint(1, 6)):
                data[random.randrange(12, len(data))] = random.randrange(256)
            try:
                taken += bool(tidy(bytes(data)).data)
            except Problem as problem:
                said.append(str(problem))
    assert taken
    assert all("照片" in words for words in said)


def test_many_at_once_wait_for_each_other_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_PATIENCE", 0.01)
    with decoding._ONE, pytest.raises(Problem, match="请稍等片刻"):
        tidy(shot())
    assert tidy(shot())


PEAK = """
import resource, struct, sys, zlib
from pathlib import Path
from saas.pictures import tidy
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
rows = zlib.compressobj(1)
pixels = b"".join(rows.compress(bytes(1 + 8000 * 4)) for _ in range(5000)) + rows.flush()
head = struct.pack(">IIBBBBB", 8000, 5000, 8, 6, 0, 0, 0)
tidy(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
if sys.platform == "linux":  # getrusage would tell the peak of whoever started us, when that was higher
    lines = Path("/proc/self/status").read_text().splitlines()
    print(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) >> 10)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20)
"""


def test_the_largest_photo_stays_within_400_megabytes() -> None:
    said = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    assert int(said.stdout) < 420  # the interpreter with the library needs 20 of them
