"""A photo from outside as a plain small JPEG: bounded before it is decoded, upright, nothing but its pixels."""

from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import Image, ImageFile, ImageOps

from saas.problem import Problem

LARGEST = 10 << 20
"""Bytes of one file."""
MOST_PIXELS = {"JPEG": 40_000_000, "MPO": 40_000_000, "PNG": 40_000_000, "WEBP": 20_000_000}
"""Of one photo, by format: none takes more than 400 MB while it is read (a WebP is held four times over meanwhile)."""
FORMATS = ("JPEG", "PNG", "WEBP")  # a JPEG with a second picture behind it, as some phones write, is called MPO
QUALITY = 85
_ONE = Lock()  # so that many uploads at once need the memory of one
_PATIENCE = 10.0  # seconds; the transaction of the request has 30


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG of sRGB pixels, upright, without EXIF or any other data about where and by what it was taken; a drawn
    signature (saas.pictures.signing) is a grey PNG, as bare."""

    data: bytes
    width: int
    height: int


def tidy(data: bytes, *, longest: int = 2000) -> Picture:
    """The photo at most `longest` pixels wide and high, never enlarged. Raises Problem for what cannot be taken.

    What it is, is read from its content; its size from its header, before anything is decoded. Of several frames the
    first one counts.
    """
    if not data:
        raise Problem("照片是空的，请重新选择")
    if len(data) > LARGEST:
        raise Problem(f"照片超过 {LARGEST >> 20} MB，请缩小后再上传")
    if not _ONE.acquire(timeout=_PATIENCE):
        raise Problem("正在处理别的照片，请稍等片刻再上传")
    try:
        ImageFile.LOAD_TRUNCATED_IMAGES = False  # the library that prints switches it on for the whole process
        with _opened(data) as image:
            small = _upright(image, longest)
    finally:
        _ONE.release()
    out = BytesIO()
    small.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), *small.size)


def _opened(data: bytes) -> Image.Image:
    """Its header, read."""
    most = max(MOST_PIXELS.values())
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
        most = MOST_PIXELS[image.format or ""]
        too_large = image.width * image.height > most
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        too_large = True
    except Exception:  # whatever a damaged header makes the library say
        raise Problem("只能上传 JPEG、PNG、WebP 格式的照片，请转换格式或重新拍摄") from None
    if too_large:
        raise Problem(f"照片超过 {most // 10_000} 万像素，请缩小后再上传")
    return image


def _upright(image: Image.Image, longest: int) -> Image.Image:
    """Decoded, no larger than wanted, turned as its EXIF says, on white; a new image carries over nothing else."""
    try:
        image.draft("RGB", (longest, longest))  # a JPEG is shrunk while it is decoded
        if image.mode not in ("RGB", "RGBA", "L"):
            image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        image.thumbnail((longest, longest))
        ImageOps.exif_transpose(image, in_place=True)
        plain = Image.new("RGB", image.size, "white")
        plain.paste(image, mask=image if image.mode == "RGBA" else None)
    except Exception:  # truncated, corrupt, or nonsense in its metadata
        raise Problem("照片打不开，可能没有传完整，请重新选择或拍摄") from None
    return plain
