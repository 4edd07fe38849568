"""One row looked at field by field; what is wrong with it is collected, not raised."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from saas.sheets.cells import line
from saas.sheets.columns import Column
from saas.sheets.faults import Fault, RowError
from saas.sheets.reader import Row, Value

T = TypeVar("T")


class Record:
    """A row by the keys of its columns; `found` says where they are, as `guess` answers it."""

    def __init__(self, row: Row, found: Mapping[str, int], columns: Sequence[Column]) -> None:
        self.row, self.found = row, found
        self.titles = {column.key: column.title for column in columns}
        broken = {problem.column - 1: problem.text for problem in row.problems}
        self.faults = {key: broken[index] for key, index in found.items() if index in broken}
        self.warnings: list[str] = []

    def value(self, key: str) -> Value:
        """The raw value; None for a blank cell and for a column that the sheet does not have."""
        index = self.found.get(key, len(self.row.values))
        return self.row.values[index] if index < len(self.row.values) else None

    def take(self, key: str, reader: Callable[[object], T], otherwise: T) -> T:
        """The value as `reader` understands it; its ValueError becomes the fault of this field."""
        if key in self.faults:
            return otherwise
        try:
            return reader(self.value(key))
        except ValueError as error:
            self.faults[key] = str(error)
            return otherwise

    def warn(self, key: str, message: str) -> None:
        """Something to know about a row that is imported all the same."""
        self.warnings.append(f"第 {self.row.number} 行 {self.titles[key]}：{message}")

    def error(self, message: str = "") -> RowError:
        """The row as refused, with its faults in the order of the columns, and `message` about the row as a whole."""
        faults = [Fault(title, self.faults[key]) for key, title in self.titles.items() if key in self.faults]
        if message:
            faults.append(Fault("", message))
        return RowError(self.row.number, tuple(faults), {self.titles[key]: line(self.value(key)) for key in self.found})


def text(longest: int, *, required: str = "") -> Callable[[object], str]:
    """A reader for one line of at most `longest` characters; `required` is what to say when it is blank."""

    def reader(value: object) -> str:
        found = line(value)
        if required and not found:
            raise ValueError(required)
        if len(found) > longest:
            raise ValueError(f"最多 {longest} 个字，现在有 {len(found)} 个字，请缩短")
        return found

    return reader
