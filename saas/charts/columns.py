"""Standing bars, beside each other or on top of each other."""

from collections.abc import Sequence
from itertools import pairwise

from saas.charts.frame import Field, Values, breadth, goal_words, heights, legend, mark_words, under, wordy
from saas.charts.lying import lying
from saas.charts.room import Room
from saas.charts.scale import width, words
from saas.charts.shapes import Dot, Drawing, Rect, Shape, Stroke, Words, tone

Over = tuple[str, Values, str]  # name, values, unit
STRIP = 58  # pixels of the strip above the bars


def columns(
    labels: Sequence[str],
    names: Sequence[str],
    series: Sequence[Values],
    unit: str,
    target: float | None,
    wide: bool,
    *,
    stacked: bool = False,
    over: Over | None = None,
) -> Drawing:
    """Standing bars; lying ones when a label is broader than its bar's place."""
    marks = heights(series, target, stacked)
    left = max(width(mark_words(mark, unit)) for mark in marks) + 8
    right = breadth(wide) - (width(goal_words(target, unit)) + 6 if target is not None else 2)
    slot = (right - left) / max(len(labels), 1)
    if wordy(labels, slot) and over is None:
        return lying(labels, names, series, unit, target, wide, stacked)
    keys, top = legend([*names, *([over[0]] if over else [])], left, right)
    field = Field(left, top + (STRIP if over else 0) + 14, right, top + (STRIP if over else 0) + 176, tuple(marks))
    centres = [left + (at + 0.5) * slot for at in range(len(labels))]
    draw = _stack if stacked else _group
    drawn = [shape for at, centre in enumerate(centres) for shape in draw(field, series, at, centre, slot)]
    numbers = [each for each in drawn if isinstance(each, Words)]
    shapes: list[Shape] = [*keys, *field.grid(unit, target), *(each for each in drawn if isinstance(each, Rect))]
    if target is not None:
        shapes += field.goal(target, unit)
    shapes += [*field.grounds(numbers, *([field.y(target)] if target is not None else [])), *numbers]
    shapes += under(labels, centres, slot, field.bottom + 15)
    if over:
        shapes += _strip(over, centres, (left, top, right, top + STRIP), tone(len(names)))
    return Drawing(breadth(wide), field.bottom + 22, tuple(shapes))


def _group(field: Field, series: Sequence[Values], at: int, centre: float, slot: float) -> list[Shape]:
    pitch = min(slot * 0.74 / len(series), 26.0 if len(series) > 1 else 22.0)
    begin = centre - pitch * len(series) / 2
    shapes: list[Shape] = []
    for number, values in enumerate(series):
        value = values[at]
        if value is None:
            continue
        x, thick = begin + number * pitch, pitch - (2 if len(series) > 1 else 0)
        top, foot = sorted((field.y(value), field.y(0)))
        shapes.append(Rect(x, top, thick, foot - top, tone(number)))
        if width(words(value)) <= (slot if len(series) == 1 else pitch) - 2:
            y = top - 4 if value >= 0 else foot + 11
            shapes.append(Words(x + thick / 2, y, words(value), "middle", strong=True))
    return shapes


def _stack(field: Field, series: Sequence[Values], at: int, centre: float, slot: float) -> list[Shape]:
    thick = min(slot * 0.6, 26.0)
    shapes: list[Shape] = []
    total = 0.0
    for number, values in enumerate(series):
        value = values[at] or 0
        top, foot = field.y(total + value), field.y(total)
        if value:
            shapes.append(Rect(centre - thick / 2, top, thick, foot - top, tone(number), 0))
        total += value
    if width(words(total)) <= slot - 2:
        shapes.append(Words(centre, field.y(total) - 4, words(total), "middle", strong=True))
    return shapes


def _strip(over: Over, centres: Sequence[float], bounds: tuple[float, float, float, float], colour: str) -> list[Shape]:
    _, values, unit = over
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    left, top, right, bottom = bounds
    points = [
        (round(x, 2), round(bottom - 10 - (value - low) * 18 / ((high - low) or 1), 2))
        for x, value in zip(centres, values, strict=True)
        if value is not None
    ]
    room = Room((left, top, right, bottom + 4))
    room.segments += [(*one, *two) for one, two in pairwise(points)]
    placed = [room.place(mark_words(value, unit), *point) for value, point in zip(known, points, strict=True)]
    dots = [Dot(*point, colour) for point in points]
    return [Stroke(tuple(points), colour), *dots, *(each for each in placed if each)]
