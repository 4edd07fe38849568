"""Which column is which: headers are recognised by the names that people give them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from saas.sheets.cells import line
from saas.sheets.faults import SheetError
from saas.sheets.reader import Row, Value

HEAD_ROWS = 10  # a title or a watermark may stand above the header
_LONGEST = 60  # characters of a header that are looked at
_NOISE = re.compile(r"[\s*＊:：_]|[(（\[【].*?[)）\]】]")


@dataclass(frozen=True, slots=True)
class Column:
    """A field that a sheet may carry: `key` in code, `title` for people, other names it goes by."""

    key: str
    title: str
    synonyms: tuple[str, ...] = ()
    required: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.title, *self.synonyms)


def guess(header: Sequence[Value], columns: Sequence[Column]) -> dict[str, int]:
    """Field → index of its column from 0. Whole names win over headers that end with a name, then that contain one."""
    titles = [_NOISE.sub("", line(value)[:_LONGEST]).lower() for value in header]
    found: dict[str, int] = {}
    for fits in (str.__eq__, str.endswith, str.__contains__):
        for column in columns:
            for name in sorted(column.names, key=len, reverse=True):
                if column.key in found or (fits is not str.__eq__ and len(name) < 2):
                    continue
                index = next(
                    (i for i, t in enumerate(titles) if i not in found.values() and fits(t, name.lower())), None
                )
                if index is not None:
                    found[column.key] = index
    return found


def find_header(rows: Iterator[Row], columns: Sequence[Column], *, foreign: bool = False) -> tuple[Row, Iterator[Row]]:
    """The header, the first row near the top that names two columns, and the rows below it. SheetError without one.

    `foreign`: where no name is known the first row with two texts is the header; somebody will map it by hand.
    """
    top = list(islice(rows, HEAD_ROWS))
    known = (i for i, row in enumerate(top) if len(guess(row.values, columns)) >= min(2, len(columns)))
    texts = (i for i, row in enumerate(top) if sum(isinstance(value, str) for value in row.values) > 1)
    index = next(known, next(texts, None) if foreign else None)
    if index is not None:
        return top[index], chain(top[index + 1 :], rows)
    seen = "、".join(text for text in (line(value)[:20] for row in top[:1] for value in row.values[:8]) if text)
    wanted = "、".join(column.title for column in columns if column.required) or columns[0].title
    raise SheetError(
        f"没有找到表头。请在数据上方留一行表头，至少写明：{wanted}。" + (f"现在第一行是：{seen}。" if seen else "")
    )


def require(found: Mapping[str, int], columns: Sequence[Column]) -> None:
    """SheetError when a required column is missing, with the names it may have."""
    missing = [column for column in columns if column.required and column.key not in found]
    if missing:
        names = "；".join(
            f"“{c.title}”（也可写{'、'.join(c.synonyms[:4])}）" if c.synonyms else f"“{c.title}”" for c in missing
        )
        raise SheetError(f"表头里缺少：{names}。请补上这一列，或下载模板对照填写。")
