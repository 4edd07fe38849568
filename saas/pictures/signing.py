"""A signature: drawn on the screen, or given on paper and photographed. Kept as a picture with the record it signs."""

from base64 import b64decode
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from saas.pictures.decoding import Picture
from saas.problem import Problem

PREFIX = "data:image/png;base64,"
LARGEST = 256 << 10
"""Bytes of a drawing; the pad writes a tenth of it."""
WIDEST, HIGHEST = 1600, 800
LEAST_INK = 120
"""Dark pixels below which nobody has signed, only touched the pad."""
DARK = 160


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, and the signature itself: `drawn` on the screen, or a photo of the paper."""

    signer: str
    picture: Picture
    drawn: bool


def drawing(address: str) -> Picture:
    """What the pad drew, from its data address: a small grey PNG on white, nothing but its pixels.

    Raises Problem for anything else, and for a pad that is (almost) empty.
    """
    if not address.startswith(PREFIX) or len(address) > LARGEST * 4 // 3 + len(PREFIX):
        raise Problem("签名没有传完整，请重新签名")
    try:
        with Image.open(BytesIO(b64decode(address[len(PREFIX) :], validate=True)), formats=("PNG",)) as image:
            if not (0 < image.width <= WIDEST and 0 < image.height <= HIGHEST):
                raise ValueError("no drawing of the pad")
            drawn = image.convert("RGBA")
    except Exception:  # whatever a damaged or hostile file makes the library say
        raise Problem("签名没有传完整，请重新签名") from None
    paper = Image.new("L", drawn.size, 255)
    paper.paste(drawn.convert("L"), mask=drawn.getchannel("A"))
    if sum(paper.histogram()[:DARK]) < LEAST_INK:
        raise Problem("请客户在框内签名")
    return plain(paper)


def plain(grey: Image.Image) -> Picture:
    """A grey drawing as a PNG, nothing but its pixels."""
    out = BytesIO()
    grey.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), *grey.size)
