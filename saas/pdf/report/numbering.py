"""The numbers of chapters, tables and figures, given in the order of printing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from saas.charts import Chart
from saas.pdf.book import MOST_ROWS, Block, Book, Cell, Photos, Section, Table
from saas.pdf.report.columns import shares
from saas.pdf.report.gallery import Row, rows_of

DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Placed:
    """A block with its number (表 2-1), the name of its file, and how it is laid out: shares of the columns of a table,
    rows of photos, two charts beside each other."""

    kind: Literal["prose", "note", "figures", "table", "charts", "photos", "steps"]
    block: Any
    label: str = ""
    file: str = ""
    shares: tuple[float, ...] = ()
    printed: tuple[tuple[Cell, ...], ...] = ()
    rest: int = 0
    pair: tuple["Placed", ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Part:
    """A section with its number: 第二章 for a chapter, 2.1 for a part of it."""

    section: Section
    number: str
    anchor: str
    blocks: tuple[Placed, ...]

    @property
    def running(self) -> str:
        """As it is called in the head of the page, in the contents and among the bookmarks."""
        return (
            f"{self.number}　{self.section.title}" if self.section.level == 1 else f"{self.number} {self.section.title}"
        )


def chinese(number: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    return (DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones] if ones or not tens else "")


@dataclass
class _Counter:
    chapter: int = 0
    part: int = 0
    tables: int = 0
    figures: int = 0
    done: list[Part] = field(default_factory=list)


def numbered(book: Book) -> tuple[Part, ...]:
    """Every section of the report with its numbers."""
    at = _Counter()
    for section in book.sections:
        if section.level == 1:
            at.chapter, at.part, at.tables, at.figures = at.chapter + 1, 0, 0, 0
            number = f"第{chinese(at.chapter)}章"
        else:
            at.part += 1
            number = f"{at.chapter}.{at.part}"
        at.done.append(Part(section, number, f"part-{at.chapter}-{at.part}", tuple(_placed(section.blocks, at))))
    return tuple(at.done)


def _placed(blocks: Sequence[Block], at: _Counter) -> Iterator[Placed]:
    waiting: list[Placed] = []
    for block in blocks:
        if isinstance(block, Chart):
            at.figures += 1
            number = f"{at.chapter}-{at.figures}"
            waiting.append(Placed("charts", block, f"图 {number}", f"figure-{number}.csv"))
            if block.wide or len(waiting) == 2:
                yield from _charts(waiting)
                waiting = []
            continue
        yield from _charts(waiting)
        waiting = []
        yield _single(block, at)
    yield from _charts(waiting)


def _charts(waiting: list[Placed]) -> Iterator[Placed]:
    """Two half charts stand beside each other; a half one before a broad one stands alone."""
    halves = [each for each in waiting if not each.block.wide]
    if halves:
        yield Placed("charts", None, pair=tuple(halves))
    yield from (Placed("charts", None, pair=(each,)) for each in waiting if each.block.wide)


def _cell(cell: str | Cell) -> Cell:
    return cell if isinstance(cell, Cell) else Cell(cell)


def _single(block: Block, at: _Counter) -> Placed:
    match block:
        case Table():
            at.tables += 1
            number = f"{at.chapter}-{at.tables}"
            printed = tuple(tuple(map(_cell, row)) for row in block.rows[:MOST_ROWS])
            broad = shares(block.heads, [[cell.text for cell in row] for row in printed])
            rest = len(block.rows) - len(printed)
            return Placed("table", block, f"表 {number}", f"table-{number}.csv", broad, printed, rest)
        case Photos():
            first = at.figures + 1
            at.figures += len(block.photos)
            return Placed("photos", block, rows=tuple(rows_of(block.photos, at.chapter, first)))
        case _:
            return Placed(type(block).__name__.lower(), block)  # type: ignore[arg-type]
