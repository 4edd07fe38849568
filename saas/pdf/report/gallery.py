"""Photos two in a row, each row as broad as the text and both pictures of the same height, nothing cut off."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from saas.pdf.book import Photo
from saas.pdf.limits import DPI
from saas.pdf.sheet import Picture

if TYPE_CHECKING:
    from saas.pdf.report.numbering import Part

BREADTH, GAP = 170.0, 6.0  # mm of the text, and between two pictures
TALLEST = 82.0  # mm; so a row of upright pictures leaves room for two rows on a page
MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Framed:
    """A photo with its number and its size on paper in mm."""

    photo: Photo
    label: str
    asset: str
    width: float
    height: float


Row = tuple[Framed, ...]


def rows_of(photos: Sequence[Photo], chapter: int, first: int) -> Iterator[Row]:
    """The rows; figures are numbered from `first`. A single picture in the last row is no larger than the others."""
    for at in range(0, len(photos), 2):
        pair = photos[at : at + 2]
        ratios = [max(min(photo.width / max(photo.height, 1), 3.0), 0.4) for photo in pair]
        room = BREADTH - GAP if len(pair) == 2 else (BREADTH - GAP) / 2
        height = min(room / sum(ratios), TALLEST)
        yield tuple(
            Framed(
                photo,
                f"图 {chapter}-{first + at + nth}",
                f"photo-{chapter}-{first + at + nth}.jpg",
                round(height * ratio, 2),
                round(height, 2),
            )
            for nth, (photo, ratio) in enumerate(zip(pair, ratios, strict=True))
        )


def photos_of(parts: Iterable["Part"]) -> Iterator[Framed]:
    """Every photo of the report."""
    for part in parts:
        for placed in part.blocks:
            for row in placed.rows:
                yield from row


def prepared(framed: Framed, read: Callable[[], bytes]) -> Picture:
    """It with the pixels that it needs at 150 dpi; one less, so that the layout does not make it smaller again."""
    return Picture(read, *(max(int(mm / MM_PER_INCH * DPI) - 1, 1) for mm in (framed.width, framed.height)))
