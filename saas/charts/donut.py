"""A ring of parts with their names beside it."""

from collections.abc import Sequence
from math import cos, pi, sin

from saas.charts.frame import Values
from saas.charts.scale import amount, cut, width, words
from saas.charts.shapes import HALF, Arc, Drawing, Rect, Shape, Words, tone

MOST = 6  # parts; further ones become 其他
CENTRE, OUTER, INNER = 78.0, 70.0, 44.0
ROW = 21.0


def donut(labels: Sequence[str], values: Values, unit: str) -> Drawing:
    """The parts clockwise from the top, largest first as they are given; the total stands in the middle."""
    parts = [(label, value) for label, value in zip(labels, values, strict=True) if value]
    if len(parts) > MOST:
        parts = [*parts[: MOST - 1], ("其他", sum(value for _, value in parts[MOST - 1 :]))]
    total = sum(value for _, value in parts)
    height = max(2 * OUTER + 16, ROW * len(parts) + 8)
    middle = height / 2
    shapes: list[Shape] = [
        Words(CENTRE, middle + 5, words(total), "middle", strong=True, size=22),
        Words(CENTRE, middle + 20, unit.strip() or "合计", "middle"),
    ]
    turned = 0.0
    room = HALF - 189 - 40 - max((width(amount(value, unit)) for _, value in parts), default=0)
    first = middle - ROW * len(parts) / 2
    for number, (label, value) in enumerate(parts):
        share = value / total
        shapes.append(Arc(_arc(middle, turned, turned + share), tone(number)))
        turned += share
        y = first + number * ROW + ROW / 2
        shapes += [
            Rect(174, y - 5, 9, 9, tone(number)),
            Words(189, y + 3.5, cut(label, room)),
            Words(HALF - 34, y + 3.5, amount(value, unit), "end", strong=True),
            Words(HALF - 2, y + 3.5, f"{share:.0%}", "end"),
        ]
    if not parts:
        shapes.append(Words(174, middle + 3.5, "没有数据"))
    return Drawing(HALF, height, tuple(shapes))


def _arc(middle: float, begin: float, end: float) -> str:
    """A part of the ring between two shares of the turn, with a hair of white at both ends."""
    if end - begin > 0.999:
        end = begin + 0.9999
    hair = 0.9
    large = int(end - begin > 0.5)

    def point(share: float, radius: float, side: int) -> str:
        angle = 2 * pi * share + side * hair / radius
        return f"{CENTRE + radius * sin(angle):.2f} {middle - radius * cos(angle):.2f}"

    return (
        f"M{point(begin, OUTER, 1)} A{OUTER} {OUTER} 0 {large} 1 {point(end, OUTER, -1)}"
        f" L{point(end, INNER, -1)} A{INNER} {INNER} 0 {large} 0 {point(begin, INNER, 1)} Z"
    )
