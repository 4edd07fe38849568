"""The table of contents of an .xlsx: which sheets there are, where their parts lie, which styles are dates."""

import posixpath
from dataclasses import dataclass
from datetime import datetime
from zipfile import ZipFile

from saas.sheets.archive import Source, opened
from saas.sheets.faults import SheetError
from saas.sheets.xml import DAMAGED, run

# Excel and WPS in Chinese write these dates and times by number only; openpyxl does not know them.
_CHINESE_DATES = frozenset({*range(27, 37), *range(50, 59)})
_MAX_STYLES = 1 << 16


@dataclass(frozen=True, slots=True)
class Workbook:
    """Where things are. `sheets` maps the titles of visible sheets to part names, in their order."""

    sheets: dict[str, str]
    strings: str | None
    dates: frozenset[int]
    epoch: datetime


def sheet_names(source: Source) -> list[str]:
    """Titles of the visible sheets. SheetError as in `read`."""
    with opened(source) as archive:
        return list(contents(archive).sheets)


def contents(archive: ZipFile) -> Workbook:
    """Read the table of contents. SheetError when it has no visible worksheet."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

    names = set(archive.namelist())
    main = next((t for kind, t in _relations(archive, "").values() if kind == "officeDocument"), "xl/workbook.xml")
    if main not in names:
        raise SheetError("这不是 Excel 工作簿。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。")
    relations = _relations(archive, main)
    found: list[tuple[str, str]] = []
    epoch = CALENDAR_WINDOWS_1900

    def properties(attributes: dict[str, str]) -> None:
        nonlocal epoch
        if attributes.get("date1904") in ("1", "true"):
            epoch = CALENDAR_MAC_1904

    def sheet(attributes: dict[str, str]) -> None:
        if attributes.get("state", "visible") == "visible":
            link = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            found.append((attributes.get("name", ""), link))

    with archive.open(main) as part:
        run(part, {"workbookPr": properties, "sheet": sheet})
    sheets = {
        title: target
        for title, link in found
        for kind, target in [relations.get(link, ("", ""))]
        if kind == "worksheet" and target in names
    }
    if not sheets:
        raise SheetError("这个工作簿里没有可见的工作表。请取消隐藏，或把数据放进第一张工作表后再上传。")
    parts = {kind: target for kind, target in relations.values() if target in names}
    return Workbook(sheets, parts.get("sharedStrings"), _dates(archive, parts.get("styles")), epoch)


def _relations(archive: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Relations of a part: id → (kind, name of the target part)."""
    folder, leaf = posixpath.split(part)
    name = posixpath.join(folder, "_rels", f"{leaf}.rels")
    relations: dict[str, tuple[str, str]] = {}

    def relation(attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            relations[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

    if name in archive.namelist():
        with archive.open(name) as stream:
            run(stream, {"Relationship": relation})
    return relations


def _dates(archive: ZipFile, part: str | None) -> frozenset[int]:
    """Indexes of the cell styles that show a number as a date or a time."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    formats = dict(BUILTIN_FORMATS)
    styles: list[int] = []
    used = False  # cellXfs are the styles of cells; other lists of <xf> are templates for them

    def number_format(attributes: dict[str, str]) -> None:
        formats[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")[:255]

    def enter(_: dict[str, str]) -> None:
        nonlocal used
        used = True

    def leave() -> None:
        nonlocal used
        used = False

    def style(attributes: dict[str, str]) -> None:
        if used:
            styles.append(_number(attributes.get("numFmtId", "0")))
        if len(styles) > _MAX_STYLES or len(formats) > _MAX_STYLES:
            raise SheetError("这个工作簿的单元格样式太多。请新建一个工作簿，只粘贴数值，保存后再上传。")

    if part is not None:
        with archive.open(part) as stream:
            run(stream, {"numFmt": number_format, "cellXfs": enter, "xf": style}, {"cellXfs": leave})
    return frozenset(
        index
        for index, number in enumerate(styles)
        if (number in _CHINESE_DATES and number not in formats) or is_date_format(formats.get(number, "General"))
    )


def _number(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise SheetError(DAMAGED)
    return int(text)
