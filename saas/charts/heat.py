"""A field of numbers, each judged by how near it is to the target; every cell says its number."""

from collections.abc import Sequence

from saas.charts.frame import Values, breadth, mark_words
from saas.charts.scale import cut, width
from saas.charts.shapes import Drawing, Rect, Shape, Words

LEVELS = (("h5", 1.0, "达到目标"), ("h4", 0.95, "差 5% 以内"), ("h3", 0.85, "差 15% 以内"), ("h2", 0.7, "差 30% 以内"))
LOWEST, MISSING = ("h1", "差 30% 以上"), ("na", "无此项")
CELL, GAP = 20.0, 2.0


def heat(
    labels: Sequence[str], names: Sequence[str], series: Sequence[Values], unit: str, target: float | None, wide: bool
) -> Drawing:
    """A row for each series. Without a target the largest number counts as reached."""
    goal = target or max([value for values in series for value in values if value is not None], default=1) or 1
    whole = breadth(wide)
    left = min(max(map(width, names), default=0), whole * 0.36) + 10
    slot = (whole - left) / max(len(labels), 1)
    shapes: list[Shape] = [
        Words(left + (at + 0.5) * slot, 10, cut(label, slot - 2), "middle") for at, label in enumerate(labels)
    ]
    used: set[str] = set()
    for row, (name, values) in enumerate(zip(names, series, strict=True)):
        y = 18 + row * (CELL + GAP)
        shapes.append(Words(left - 8, y + CELL / 2 + 3.5, cut(name, left - 8), "end"))
        for at, value in enumerate(values):
            level = _level(value, goal)
            used.add(level)
            x = left + at * slot
            shapes.append(Rect(x, y, slot - GAP, CELL, level, 2))
            said = "–" if value is None else mark_words(value, unit)
            shapes.append(Words(x + (slot - GAP) / 2, y + CELL / 2 + 3.5, said, "middle", cell=level != "na"))
    bottom = 18 + len(names) * (CELL + GAP) + 8
    x = left
    for level, text in [*((name, words) for name, _, words in LEVELS), LOWEST, MISSING]:
        if level in used:
            shapes += [Rect(x, bottom, 14, 10, level, 2), Words(x + 19, bottom + 8.5, text)]
            x += width(text) + 34
    return Drawing(whole, bottom + 14, tuple(shapes))


def _level(value: float | None, goal: float) -> str:
    if value is None:
        return MISSING[0]
    return next((name for name, share, _ in LEVELS if value / goal >= share - 1e-9), LOWEST[0])
