"""What charts with axes have in common: the field, its grid, the legend."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from saas.charts.room import box_of
from saas.charts.scale import FONT, cut, ticks, width, words
from saas.charts.shapes import HALF, WIDE, Line, Rect, Shape, Words, tone

Values = Sequence[float | None]
KEY = 9  # pixels of the coloured square before a name
ROW = 18  # pixels from one line of the legend to the next


@dataclass(frozen=True)
class Field:
    """Where values are drawn, and the round numbers of the axis."""

    left: float
    top: float
    right: float
    bottom: float
    marks: tuple[float, ...]

    def y(self, value: float) -> float:
        """The height of a value."""
        low, high = self.marks[0], self.marks[-1]
        return round(self.bottom - (value - low) * (self.bottom - self.top) / (high - low), 2)

    def grid(self, unit: str, target: float | None = None) -> Iterator[Shape]:
        """A line for each round number, but where the target has its own, with its words on the left."""
        for mark in self.marks:
            foot = mark == 0 or mark == self.marks[0]
            if mark != target:
                yield Line(self.left, self.y(mark), self.right, self.y(mark), "axis" if foot else "rule")
            yield Words(self.left - 6, self.y(mark) + 3.5, mark_words(mark, unit), "end")

    def grounds(self, numbers: Iterable[Words], *also: float) -> Iterator[Rect]:
        """A clear ground behind each number that a line of the grid, or one at the height of `also`, would cross."""
        heights = [*map(self.y, self.marks), *also]
        for number in numbers:
            _, top, _, bottom = box_of(number)
            if any(top < height < bottom for height in heights):
                yield gap_behind(number)

    def goal(self, target: float, unit: str) -> Iterator[Shape]:
        """The dashed line, with its words in the margin at the right."""
        yield Line(self.left, self.y(target), self.right, self.y(target), "goal")
        yield Words(self.right + 5, self.y(target) + 3.5, goal_words(target, unit))


def mark_words(value: float, unit: str) -> str:
    """The number; a percent sign travels with it, other units stand in the title."""
    return words(value) + (unit if unit == "%" else "")


def goal_words(target: float, unit: str) -> str:
    """What is written beside the line."""
    return "目标 " + mark_words(target, unit)


def breadth(wide: bool) -> float:
    """Pixels of the whole drawing."""
    return WIDE if wide else HALF


def legend(names: Sequence[str], left: float, right: float) -> tuple[list[Shape], float]:
    """Keys with names in as many lines as it takes, and the height of them all; nothing for a single series."""
    if len(names) < 2:
        return [], 0
    shapes: list[Shape] = []
    x, line = left, 0
    for number, name in enumerate(names):
        text = cut(name, right - left - KEY - 5)
        length = KEY + 5 + width(text)
        if x + length > right and x > left:
            x, line = left, line + 1
        shapes.append(Rect(x, line * ROW + 2, KEY, KEY, tone(number)))
        shapes.append(Words(x + KEY + 5, line * ROW + 10, text))
        x += length + 16
    return shapes, (line + 1) * ROW + 4


def under(labels: Sequence[str], centres: Sequence[float], slot: float, y: float) -> Iterator[Shape]:
    """The labels below the axis; every second, third … where they would not fit, always the last."""
    widest = max(map(width, labels), default=0)
    every = next((n for n in range(1, len(labels) + 1) if widest + 4 <= slot * n), len(labels) or 1)
    for at, (label, x) in enumerate(zip(labels, centres, strict=True)):
        if (len(labels) - 1 - at) % every == 0:
            yield Words(x, y, cut(label, slot * every), "middle")


def wordy(labels: Sequence[str], slot: float) -> bool:
    """Whether labels are too long to stand below their bars, and too long to leave some of them out."""
    widest = max(map(width, labels), default=0)
    return widest + 4 > slot and widest > 4.5 * FONT


def gap_behind(words: Words) -> Rect:
    """A clear ground, where a line would run through a text."""
    left, top, right, bottom = box_of(words)
    return Rect(left - 1, top, right - left + 2, bottom - top, "gap", 0)


def heights(series: Sequence[Values], target: float | None, stacked: bool) -> list[float]:
    """The round numbers of an axis that begins at nought and holds every bar and the target."""
    if stacked:
        totals: list[float] = [sum(value or 0 for value in column) for column in zip(*series, strict=True)]
    else:
        totals = [value for values in series for value in values if value is not None]
    counted = all(value == round(value) for value in totals)
    return ticks(min([0.0, *totals]), max([0.0, *totals, target or 0.0]), whole=counted)
