"""The figures of a report as CSV files, so that a reader can compute with what the page shows."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO

from saas.pdf.book import Cell
from saas.pdf.report.numbering import Part
from saas.pdf.sheet import Attachment

BOM = "\ufeff"  # without it a Chinese Excel reads the file as GBK
_COMPUTED = re.compile(r"\s*[=@]|\s*[+-](?![\d\s.,%()-]+$)")


def attachments(parts: Iterable[Part], at: datetime) -> Iterator[Attachment]:
    """One file for each table and each chart, whole tables where the page shows only their beginning."""
    for part in parts:
        for placed in part.blocks:
            if placed.kind == "table":
                table = placed.block
                rows = ([_plain(cell) for cell in row] for row in table.rows)
                data = _csv([head.text for head in table.heads], rows)
                yield Attachment(placed.file, f"{placed.label} {table.title}", data, at)
            for chart in placed.pair:
                data = _csv(["项目", *chart.block.heads[1:]], chart.block.rows)
                yield Attachment(chart.file, f"{chart.label} {chart.block.title}", data, at)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(map(_harmless, heads))
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return (BOM + stream.getvalue()).encode()


def _plain(cell: str | Cell) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def _harmless(text: str) -> str:
    """What a spreadsheet would compute gets an apostrophe, as in our other exports."""
    return f"'{text}" if _COMPUTED.match(text) else text
