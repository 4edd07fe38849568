"""What a drawing is made of. A tone is the name of a colour; the template knows its ink on the page and on paper."""

from dataclasses import dataclass
from typing import ClassVar, Literal

TONES = ("blue", "amber", "green", "red", "violet", "gray")
"""The colours of series one to six."""

WIDE, HALF = 665.0, 322.0
"""Pixels of a chart over the whole breadth of the text, and of one of two beside each other."""


@dataclass(frozen=True)
class Rect:
    """A bar, a cell or a key."""

    kind: ClassVar = "rect"
    x: float
    y: float
    width: float
    height: float
    tone: str
    round: float = 1.5


@dataclass(frozen=True)
class Line:
    """A grid line (rule), the foot of the bars (axis) or the target (goal)."""

    kind: ClassVar = "line"
    x1: float
    y1: float
    x2: float
    y2: float
    role: Literal["rule", "axis", "goal"] = "rule"


@dataclass(frozen=True)
class Stroke:
    """A line through points."""

    kind: ClassVar = "stroke"
    points: tuple[tuple[float, float], ...]
    tone: str


@dataclass(frozen=True)
class Dot:
    """One point of a line."""

    kind: ClassVar = "dot"
    x: float
    y: float
    tone: str


@dataclass(frozen=True)
class Arc:
    """A part of a ring as a closed path."""

    kind: ClassVar = "arc"
    path: str
    tone: str


@dataclass(frozen=True)
class Words:
    """Text whose foot is at `y`; `strong` is darker and bold, `cell` is read on a coloured ground."""

    kind: ClassVar = "words"
    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    strong: bool = False
    cell: bool = False
    size: float = 10


Shape = Rect | Line | Stroke | Dot | Arc | Words


@dataclass(frozen=True)
class Drawing:
    """A picture of so many pixels; later shapes lie over earlier ones."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def tone(number: int) -> str:
    """The colour of the series of this number, from 0."""
    return TONES[number % len(TONES)]
