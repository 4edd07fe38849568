"""Lines through values in the order of time."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from saas.charts.frame import Field, Values, breadth, goal_words, legend, mark_words, under
from saas.charts.room import Room
from saas.charts.scale import ticks, width
from saas.charts.shapes import Dot, Drawing, Line, Shape, Stroke, Words, tone

Point = tuple[float, float]
APART = 12.0  # pixels between the feet of two texts


def lines(
    labels: Sequence[str], names: Sequence[str], series: Sequence[Values], unit: str, target: float | None, wide: bool
) -> Drawing:
    """One line for each series; a single one tells each value, several their last in the margin."""
    known = [value for values in series for value in values if value is not None] or [0.0]
    marks = _marks([*known, *([target] if target is not None else [])], unit)
    left = max(width(mark_words(mark, unit)) for mark in marks) + 8
    ends = _ends(series, unit)
    margin = [*(text for _, text in ends), *([goal_words(target, unit)] if target is not None else [])]
    right = breadth(wide) - (max(map(width, margin)) + 8 if margin else 14)
    keys, top = legend(names, left, right)
    field = Field(left, top + 14, right, top + 166, tuple(marks))
    inset = 18 if len(labels) > 1 else (right - left) / 2
    gap = (right - left - 2 * inset) / max(len(labels) - 1, 1)
    centres = [left + inset + at * gap for at in range(len(labels))]
    room = Room((left, field.top - 12, right, field.bottom))
    if target is not None:
        room.segments.append((left, field.y(target), right, field.y(target)))
    paths = [[None if v is None else (x, field.y(v)) for x, v in zip(centres, each, strict=True)] for each in series]
    for path in paths:
        for one, two in pairwise(path):
            if one and two:
                room.segments.append((*one, *two))
        room.boxes += [(x - 3, y - 3, x + 3, y + 3) for x, y in filter(None, path)]
    numbers = _numbers(room, series[0], paths[0], unit) if len(series) == 1 else []
    shapes: list[Shape] = [*keys, *field.grid(unit, target), *field.grounds(numbers)]
    shapes += under(labels, centres, gap or right - left, field.bottom + 15)
    if target is not None:
        shapes.append(Line(left, field.y(target), right, field.y(target), "goal"))
    for number, path in enumerate(paths):
        shapes += _path(path, tone(number))
    shapes += numbers
    beside = [(field.y(value), text, True) for value, text in ends]
    beside += [(field.y(target), goal_words(target, unit), False)] if target is not None else []
    shapes += _beside(beside, right + 6)
    return Drawing(breadth(wide), field.bottom + 22, tuple(shapes))


def _marks(values: Sequence[float], unit: str) -> list[float]:
    """From nought, unless all values are close to each other and far from it."""
    low, high = min(values), max(values)
    if low > 0 and high - low > low * 0.6:
        low = 0
    marks = ticks(low, high, 4)
    if marks[0] == low != 0:
        marks.insert(0, 2 * marks[0] - marks[1])  # room below the lowest
    return [mark for mark in marks if unit != "%" or mark <= 100 or high > 100]


def _path(path: Sequence[Point | None], colour: str) -> list[Shape]:
    """A stroke for each unbroken part, then its dots."""
    parts = [tuple(point for point in part if point) for there, part in groupby(path, bool) if there]
    strokes = [Stroke(part, colour) for part in parts if len(part) > 1]
    return [*strokes, *(Dot(x, y, colour) for part in parts for x, y in part)]


def _ends(series: Sequence[Values], unit: str) -> list[tuple[float, str]]:
    """The last value of each line, when there are several."""
    known = ([value for value in values if value is not None] for values in series)
    return [(values[-1], mark_words(values[-1], unit)) for values in known if values] if len(series) > 1 else []


def _beside(texts: Sequence[tuple[float, str, bool]], x: float) -> list[Words]:
    """Texts in the margin at their heights, moved apart where they would touch."""
    ordered = sorted(texts)
    feet: list[float] = []
    for y, _, _ in ordered:
        feet.append(max(y, feet[-1] + APART) if feet else y)
    moved = sum(foot - y for foot, (y, _, _) in zip(feet, ordered, strict=True)) / max(len(feet), 1)
    return [
        Words(x, foot - moved + 3.5, text, strong=strong) for foot, (_, text, strong) in zip(feet, ordered, strict=True)
    ]


def _numbers(room: Room, values: Values, path: Sequence[Point | None], unit: str) -> list[Words]:
    """The values as far as there is room, the last one first."""
    pairs = [(value, point) for value, point in zip(values, path, strict=True) if value is not None and point]
    placed = (room.place(mark_words(value, unit), *point) for value, point in reversed(pairs))
    return [each for each in placed if each]
