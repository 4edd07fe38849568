"""The Markdown that text in a report may use: headings, paragraphs, bold, lists of one level, tables.

Our own reader of lines, because the library (markdown-it-py) would have to be told to refuse nearly everything that it
can do, and hands back HTML; this one can only ever make the five things below. Everything else stays the text it is: a
link, an image or a tag is shown as typed, and `refused` says so to the person who writes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from saas.problem import Problem

MOST_CHARS = 20_000
MOST_ROWS = 800
MOST_COLUMNS = 12

_HEADING = re.compile(r"\s*(#{1,6})[ \t]+(.+?)[ \t]*#*\s*")
_ITEM = re.compile(r"(\s*)(?:[-*+][ \t]+|(\d{1,3})(?:[.)][ \t]+|、))(.+)")
_RULE = re.compile(r":?-+:?")
_LATIN_BREAK = re.compile(r"(?<=[!-~])\n(?=[!-~])")
_BOLD = re.compile(r"\*\*(?=\S)([^*]{1,500})(?<=\S)\*\*")
_REFUSED = (
    (re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)"), "图片只能从照片栏加入"),
    (re.compile(r"(?<!!)\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)"), "链接按文字显示"),
    (re.compile(r"</?[A-Za-z!?][^>\n]{0,200}>?"), "HTML 按文字显示"),
    (re.compile(r"^[ \t]*>.*", re.MULTILINE), "引用按文字显示"),
    (re.compile(r"^[ \t]*(?:```|~~~).*", re.MULTILINE), "代码框按文字显示"),
    (re.compile(r"^[ \t]{2,}(?:[-*+]|\d{1,3}[.)])[ \t].*", re.MULTILINE), "列表只有一层，缩进的条目排在同一层"),
)


@dataclass(frozen=True)
class Run:
    """Letters of one kind."""

    text: str
    bold: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """## is level 2, ### is level 3."""

    level: int
    runs: Runs
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """Lines up to a blank one, joined."""

    runs: Runs
    kind: str = "paragraph"


@dataclass(frozen=True)
class Listing:
    """Items of one level."""

    ordered: bool
    items: tuple[Runs, ...]
    kind: str = "list"


@dataclass(frozen=True)
class Grid:
    """A table, its lines begin with |; every row is as long as the head. `right` columns are marked -: below it."""

    heads: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    right: tuple[bool, ...]
    kind: str = "table"


Piece = Heading | Paragraph | Listing | Grid


@dataclass(frozen=True)
class Text:
    """What was understood, and in Chinese what was not."""

    pieces: tuple[Piece, ...] = ()
    refused: tuple[str, ...] = ()


def parse(source: str) -> Text:
    """Read `source`. Problem, in Chinese, when it is longer than a section or a table may be."""
    if len(source) > MOST_CHARS:
        raise Problem(f"这一节有 {len(source):,} 字，最多 {MOST_CHARS:,} 字。请缩短，或把明细改为附件。")
    lines = source.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    return Text(tuple(_pieces(lines)), tuple(_refused(source)))


def _pieces(lines: list[str]) -> Iterator[Piece]:
    at = 0
    while at < len(lines):

        def run_of(like: Callable[[str], object], start: int = at) -> list[str]:
            return list(takewhile(like, (lines[n] for n in range(start, len(lines)))))

        own = lines[at : at + 1]
        if match := _HEADING.fullmatch(lines[at]):
            yield Heading(2 if len(match[1]) <= 2 else 3, _runs(match[2]))
        elif _starts_table(lines[at : at + 2]):
            own = run_of(_is_row)
            yield _grid([_cells(line) for line in own])
        elif match := _ITEM.fullmatch(lines[at]):
            ordered = match[2] is not None
            own = run_of(lambda line: (item := _ITEM.fullmatch(line)) and (item[2] is not None) is ordered)  # noqa: B023
            yield Listing(ordered, tuple(_runs(item[3]) for item in map(_ITEM.fullmatch, own) if item))
        elif lines[at].strip():
            own += run_of(_continues, at + 1)
            yield Paragraph(_runs(_joined([line.strip() for line in own])))
        at += len(own)


def _continues(line: str) -> bool:
    return bool(line.strip()) and not _is_row(line) and not _HEADING.fullmatch(line) and not _ITEM.fullmatch(line)


def _joined(lines: list[str]) -> str:
    """Chinese lines join without a blank, words of Latin letters with one."""
    return _LATIN_BREAK.sub(" ", "\n".join(lines)).replace("\n", "")


def _starts_table(lines: list[str]) -> bool:
    return len(lines) == 2 and all(map(_is_row, lines)) and all(map(_RULE.fullmatch, _cells(lines[1])))


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _grid(rows: list[list[str]]) -> Grid:
    if len(rows) - 2 > MOST_ROWS:
        raise Problem(f"一张表有 {len(rows) - 2:,} 行，最多 {MOST_ROWS:,} 行。请只留汇总，把明细改为附件。")
    width = min(len(rows[0]), MOST_COLUMNS)
    heads, rules, *body = (tuple((row + [""] * width)[:width]) for row in rows)
    cells = (tuple(map(_runs, row)) for row in body)
    return Grid(tuple(map(_runs, heads)), tuple(cells), tuple(rule[-1:] == ":" != rule[:1] for rule in rules))


def _runs(text: str) -> Runs:
    parts = _BOLD.split(text)  # what was between the stars stands at the odd places
    return tuple(Run(part, bool(at % 2)) for at, part in enumerate(parts) if part)


def _refused(source: str) -> Iterator[str]:
    for pattern, words in _REFUSED:
        if found := [match[0].strip() for match in pattern.finditer(source)]:
            yield f"{words}（{len(found)} 处）：{found[0][:40]}"
