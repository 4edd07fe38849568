"""What a chart shows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from saas.charts.columns import columns
from saas.charts.donut import donut
from saas.charts.heat import heat
from saas.charts.lines import lines
from saas.charts.scale import words
from saas.charts.shapes import Drawing


@dataclass(frozen=True)
class Series:
    """Values in the order of the chart's labels; None where there is nothing to show. `unit` only where it differs."""

    name: str
    values: tuple[float | None, ...]
    unit: str = ""


@dataclass(frozen=True)
class Chart:
    """One chart. `labels` stand along the axis, or name the parts of a donut; in a heat each series is a row.

    `target` is a dashed line (bars, stacked, lines), in a heat what a cell is judged by. `over` is drawn as a line in a
    strip of its own above the bars. `alt` says what one should see; without it the data are read out. ValueError when
    a series is not as long as the labels.
    """

    kind: Literal["bars", "stacked", "lines", "donut", "heat"]
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    target: float | None = None
    over: Series | None = None
    alt: str = ""
    source: str = ""
    wide: bool = True

    def __post_init__(self) -> None:
        for each in self.columns:
            if len(each.values) != len(self.labels):
                raise ValueError(f"{self.title}: {each.name} has {len(each.values)} of {len(self.labels)} values")

    @property
    def columns(self) -> tuple[Series, ...]:
        """The series and what is drawn over them."""
        return (*self.series, *([self.over] if self.over else ()))

    @property
    def heads(self) -> tuple[str, ...]:
        """The head of its data as a table: nothing above the labels, then the series with their units."""
        units = [each.unit or self.unit for each in self.columns]
        return (
            "",
            *(f"{each.name}（{unit}）" if unit else each.name for each, unit in zip(self.columns, units, strict=True)),
        )

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Its data as a table, one row for each label."""
        cells = (tuple(map(words, values)) for values in zip(*(each.values for each in self.columns), strict=True))
        return tuple((label, *row) for label, row in zip(self.labels, cells, strict=True))

    @property
    def sentence(self) -> str:
        """The text for those who do not see it."""
        said = self.alt or "；".join(" ".join(part for part in row if part) for row in self.rows)[:400]
        return f"{self.title}：{said}"

    @cached_property
    def drawing(self) -> Drawing:
        """It as shapes."""
        target, names = self.target, tuple(each.name for each in self.series)
        values = tuple(each.values for each in self.series)
        match self.kind:
            case "donut":
                return donut(self.labels, values[0], self.unit)
            case "heat":
                return heat(self.labels, names, values, self.unit, target, self.wide)
            case "lines":
                return lines(self.labels, names, values, self.unit, target, self.wide)
            case _:
                over = (self.over.name, self.over.values, self.over.unit) if self.over else None
                return columns(
                    self.labels, names, values, self.unit, target, self.wide, stacked=self.kind == "stacked", over=over
                )
