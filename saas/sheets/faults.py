"""What can be wrong with a spreadsheet: with the whole file, or with one row of it."""

from dataclasses import dataclass, field


class SheetError(ValueError):
    """The file cannot be used at all. The text is Chinese, is meant for the person and says what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one row; `column` is the title of the column, or empty for the row as a whole."""

    column: str
    message: str


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that will not be imported, with everything that is wrong with it (B13: the error report is per row)."""

    number: int
    faults: tuple[Fault, ...]
    raw: dict[str, object] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """One line per fault: 「第 12 行 手机：应为 …」."""
        return [
            f"第 {self.number} 行 {fault.column}：{fault.message}"
            if fault.column
            else f"第 {self.number} 行：{fault.message}"
            for fault in self.faults
        ]
