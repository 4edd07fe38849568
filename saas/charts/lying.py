"""Lying bars, for labels that are longer than a bar is thick."""

from collections.abc import Sequence

from saas.charts.frame import Values, breadth, gap_behind, goal_words, heights, legend
from saas.charts.scale import amount, cut, width
from saas.charts.shapes import Drawing, Line, Rect, Shape, Words, tone


def lying(
    labels: Sequence[str],
    names: Sequence[str],
    series: Sequence[Values],
    unit: str,
    target: float | None,
    wide: bool,
    stacked: bool,
) -> Drawing:
    """One row for each label; the names of the rows stand at the left."""
    whole = breadth(wide)
    left = min(max(map(width, labels)), whole * 0.42) + 10
    keys, top = legend(names, left, whole)
    marks = heights(series, target, stacked)
    room = max(width(amount(mark, unit)) for mark in marks)
    thick, bars = 12.0, 1 if stacked else len(series)
    row = bars * thick + 12
    scale = (whole - left - room - 8) / (marks[-1] - min(marks[0], 0))
    zero = left - min(marks[0], 0) * scale
    top += 16 if target is not None else 0
    bottom = top + row * len(labels)
    shapes: list[Shape] = [*keys, Line(zero, top, zero, bottom, "axis")]
    goal = None if target is None else zero + target * scale
    if target is not None and goal is not None:
        shapes += [Line(goal, top - 2, goal, bottom, "goal"), Words(goal, top - 6, goal_words(target, unit), "middle")]
    for at, label in enumerate(labels):
        y = top + at * row + 6
        shapes.append(Words(left - 8, y + bars * thick / 2 + 3.5, cut(label, left - 8), "end"))
        end = zero
        for nth, values in enumerate(series):
            value = values[at] or 0
            begin = end if stacked else zero
            end = begin + value * scale
            height = y if stacked else y + nth * thick
            shapes.append(Rect(min(begin, end), height, abs(end - begin), thick - 2, tone(nth), 0 if stacked else 1.5))
            if not stacked or nth == len(series) - 1:
                said = sum(each[at] or 0 for each in series) if stacked else values[at]
                number = Words(end + 5, height + thick / 2 + 2.5, amount(said, unit), strong=True)
                behind = goal is not None and number.x - 3 < goal < number.x + width(number.text)
                shapes += [*([gap_behind(number)] if behind else []), number]
    return Drawing(whole, bottom + 4, tuple(shapes))
