"""Finds room for the labels of a chart, so that none lies on another, on a line or on a dot."""

from dataclasses import dataclass, field
from typing import Literal

from saas.charts.scale import FONT, width
from saas.charts.shapes import Words

Box = tuple[float, float, float, float]  # left, top, right, bottom
Segment = tuple[float, float, float, float]  # x1, y1, x2, y2
GAP = 5


def box_of(words: Words) -> Box:
    """The place that a text takes."""
    length = width(words.text, words.size)
    left = words.x - {"start": 0, "middle": length / 2, "end": length}[words.anchor]
    return left, words.y - 0.95 * words.size, left + length, words.y + 0.2 * words.size


@dataclass
class Room:
    """The field of a chart with what already stands there."""

    bounds: Box
    boxes: list[Box] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)

    def take(self, words: Words) -> Words:
        """Put a text that has only one place."""
        self.boxes.append(box_of(words))
        return words

    def place(self, text: str, x: float, y: float, strong: bool = True) -> Words | None:
        """A text beside the point, at the first place of six that is free. None when all are taken."""
        over, under = y - GAP, y + GAP + 0.75 * FONT
        tries: list[tuple[float, float, Literal["start", "middle", "end"]]] = [
            (x, over, "middle"), (x, under, "middle"), (x - 3, over, "end"), (x + 3, over, "start"),
            (x + 3, under, "start"), (x - 3, under, "end"),
        ]  # fmt: skip
        for left, foot, anchor in tries:
            words = Words(left, foot, text, anchor, strong=strong)
            if self._free(box_of(words)):
                return self.take(words)
        return None

    def _free(self, box: Box) -> bool:
        left, top, right, bottom = self.bounds
        inside = box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom
        return inside and not any(overlap(box, each) for each in self.boxes) and not self._crossed(box)

    def _crossed(self, box: Box) -> bool:
        return any(crosses(each, box) for each in self.segments)


def overlap(one: Box, two: Box) -> bool:
    """Whether two boxes share more than an edge."""
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def crosses(segment: Segment, box: Box) -> bool:
    """Whether a segment goes through a box (Liang and Barsky)."""
    x1, y1, x2, y2 = segment
    enter, leave = 0.0, 1.0
    for step, before in (
        (x1 - x2, x1 - box[0]), (x2 - x1, box[2] - x1), (y1 - y2, y1 - box[1]), (y2 - y1, box[3] - y1)
    ):  # fmt: skip
        if step == 0:
            if before <= 0:
                return False
        elif step < 0:
            enter = max(enter, before / step)
        else:
            leave = min(leave, before / step)
    return enter < leave
