"""A group of figures in one form for page, paper and CSV; it is kept as JSON in the version that it was taken for."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

Number = int | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `unit` where the lines of a group differ in it; `drill` leads to the list of what was counted.

    Where each figure has a list of its own, `drills` leads there, None for those that have none.
    """

    label: str
    values: tuple[Number, ...]
    unit: str = ""
    total: bool = False
    note: str = ""
    drill: dict[str, Any] | None = None
    drills: tuple[dict[str, Any] | None, ...] = ()

    @property
    def now(self) -> tuple[str, str]:
        """A big number and its unit, which a percentage carries itself."""
        share_of = self.unit == "%"
        value = self.values[0]
        return said(value, "%" if share_of else "n"), "" if share_of or value is None else self.unit

    @property
    def then(self) -> str:
        """What it is compared with."""
        now, before = self.values[:2]
        if now is None:
            return "本季度没有记录"
        return f"上季度 {said(before, '%' if self.unit == '%' else 'n')}" if before is not None else "没有上季度可比"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under common heads. `kinds` says of each column what it holds: n a count, % a percentage, +n a change.

    `chart` is how it is drawn besides (donut, bars, lines, or empty), by its first column; `tiles` are big numbers.
    """

    code: str
    title: str
    unit: str
    heads: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[Row, ...]
    chart: str = ""
    note: str = ""
    tiles: bool = False

    @property
    def parts(self) -> list[tuple[str, int]]:
        """What a chart shows: the lines that are no total, with the figure that counts."""
        return [(row.label, int(row.values[self.main] or 0)) for row in self.rows if not row.total]

    @property
    def main(self) -> int:
        """The column of the quarter's own sum."""
        return self.heads.index("合计") if "合计" in self.heads else 0

    @property
    def empty(self) -> bool:
        """Nothing was counted."""
        return not any(value for row in self.rows for value in row.values)

    @property
    def drawn(self) -> str:
        """What its chart shows."""
        return {"donut": "本季度构成", "lines": f"各月数量，线上为{self.heads[-1]}"}.get(self.chart, "本季度")

    def cells(self, row: Row) -> list[tuple[str, str]]:
        """The figures of a row in words, each with its head."""
        return [(said(value, kind), head) for value, kind, head in zip(row.values, self.kinds, self.heads, strict=True)]

    def leads(self, row: Row) -> list[tuple[str, dict[str, Any] | None]]:
        """The figures of a row in words, each with where it leads."""
        return [(words, drill) for (words, _), drill in zip_longest(self.cells(row), row.drills)]

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def load(cls, data: dict[str, Any]) -> "Group":
        """From JSON."""
        rows = tuple(
            Row(**{**row, "values": tuple(row["values"]), "drills": tuple(row.get("drills", ()))})
            for row in data["rows"]
        )
        return cls(**{**data, "rows": rows, "heads": tuple(data["heads"]), "kinds": tuple(data["kinds"])})


def said(value: Number, kind: str, unit: str = "") -> str:
    """A figure in words: 1,284, 96.9%, +12; `--` where there is none."""
    if value is None:
        return "--"
    match kind:
        case "%":
            return f"{value:.1f}%"
        case "+n":
            return f"{value:+,}" if value else "0"
        case "+%":
            return f"{value:+.1f}"
        case _:
            return f"{value:,}{unit}"


def share(part: int, whole: int) -> float | None:
    """Part of a whole in percent, one decimal; None of nothing."""
    return round(part * 100 / whole, 1) if whole else None


def sums(rows: Iterable[Row], label: str = "合计") -> Row:
    """The line below the others: each column added up, None where a column has none."""
    columns = zip(*(row.values for row in rows), strict=True)
    return Row(label, tuple(_sum(column) for column in columns), total=True)


def _sum(column: Sequence[Number]) -> Number:
    known = [value for value in column if value is not None]
    return sum(known) if known else None
