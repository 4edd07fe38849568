"""What a report says, apart from how it looks: plain frozen data, filled by the slice that owns the report.

A `Book` has sections, a section has blocks. Numbers of chapters, tables and figures are given when it is printed.
All text is plain text that gets escaped, only `Prose` and `Note` carry marks (see `saas.markdown`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from saas.charts import Chart
from saas.markdown import Text

MOST_ROWS = 800
"""So many rows of a table are printed; the rest is in its CSV attachment."""

Tone = Literal["", "green", "amber", "red"]
Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class Prose:
    """Running text."""

    text: Text


@dataclass(frozen=True)
class Note:
    """What nobody may overlook, set apart from the running text."""

    title: str
    text: Text


@dataclass(frozen=True)
class Figure:
    """One number in large type. `target` and `delta` are whole words (目标 98%，未达成); `tone` colours the target and
    never says more than the words do."""

    label: str
    value: str
    unit: str = ""
    target: str = ""
    delta: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Figures:
    """Tiles, four in a row."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Head:
    """One column. Numbers are aligned right; `weight` widens a column against what its content asks for."""

    text: str
    align: Align = "left"
    weight: float = 1


@dataclass(frozen=True)
class Cell:
    """A cell that stands out by its colour."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Table:
    """Rows in columns. `sums` are the indexes of rows that add others up; `note` and `source` stand below.

    ValueError when a row is not as long as the head.
    """

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str | Cell, ...], ...]
    unit: str = ""
    note: str = ""
    source: str = ""
    sums: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.heads):
                raise ValueError(f"{self.title}: a row has {len(row)} cells under {len(self.heads)} heads")


@dataclass(frozen=True)
class Photo:
    """A picture by the name of its bytes; size in pixels, so that room is left for it before it is opened."""

    name: str
    caption: str
    width: int
    height: int


@dataclass(frozen=True)
class Photos:
    """Pictures, two in a row."""

    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class Step:
    """One line of a course of events: when, what, and more about it."""

    when: str
    title: str
    text: str = ""
    done: bool = False


@dataclass(frozen=True)
class Steps:
    """A course of events, past or planned."""

    steps: tuple[Step, ...]


Block = Prose | Note | Figures | Table | Chart | Photos | Steps


@dataclass(frozen=True)
class Section:
    """A chapter (level 1) or a part of the chapter before it (level 2). `code` is its lasting name, used in anchors."""

    code: str
    title: str
    level: Literal[1, 2] = 1
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Signature:
    """Who stands for the report. `seal` is what the stamp says (已审核), empty while it is not given."""

    step: str
    role: str
    name: str = ""
    on: date | None = None
    seal: str = ""


@dataclass(frozen=True)
class Book:
    """A whole report. `as_of` is the moment its figures were read, and the time inside the file; `facts` stand on the
    cover; `draft` (送审稿) is printed across every page; `digest` is the SHA-256 of the approved content; `mark` stands
    among the keywords of the file, by which a copy says what it is."""

    title: str
    project: str
    company: str
    period_words: str
    number: str
    as_of: datetime
    fee_basis: str
    sections: tuple[Section, ...]
    signatures: tuple[Signature, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    version: str = ""
    verification_url: str = ""
    digest: str = ""
    draft: str = ""
    mark: str = ""
