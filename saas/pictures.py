"""Photographs from people: looked at before they are kept, made small before they are printed."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from saas.problem import Problem

MOST_PIXELS = 40_000_000
KINDS = ("JPEG", "PNG", "WEBP")
QUALITY = 82
_SIDEWAYS = (5, 6, 7, 8)  # values of the EXIF orientation


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height in pixels as one sees it, read from its head alone.

    Problem, in Chinese, when it is no picture that we take, or one of too many pixels.
    """
    with _opened(data) as image:
        width, height = image.size
        return (height, width) if image.getexif().get(0x0112) in _SIDEWAYS else (width, height)


def fit(data: bytes, width: int, height: int) -> bytes:
    """The picture as a JPEG of at most so many pixels, upright, on white.

    What the camera wrote into it is gone: place and time are personal data. Problem as `size_of`, and when it cannot be
    decoded.
    """
    from PIL import Image, ImageOps

    with _opened(data) as image:
        image.draft("RGB", (width, height))  # a JPEG is then decoded at a fraction of its size
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        if upright.mode != "RGB":
            layer = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
        stream = BytesIO()
        upright.save(stream, "JPEG", quality=QUALITY, optimize=True)
        return stream.getvalue()


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """Whatever the library raises while a picture is read is a fault of the picture."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=KINDS) as image:
                if (pixels := image.width * image.height) > MOST_PIXELS:
                    raise Image.DecompressionBombError(pixels)
                yield image
    except Image.DecompressionBombError:
        raise Problem(f"照片超过 {MOST_PIXELS // 10_000:,} 万像素。请缩小后再上传。") from None
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError, KeyError, IndexError, TypeError):
        raise Problem("不能读取这张照片。请上传 JPG、PNG 或 WebP 格式的照片。") from None
