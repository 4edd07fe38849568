"""Makes workbooks by hand, also those that no program would write."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
ROOT = (
    f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="r" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
    '<sheets><sheet name="名册" sheetId="1" r:id="s"/></sheets></workbook>'
)
LINKS = (
    f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="s" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="t" Type="{_DOCUMENT}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="y" Type="{_DOCUMENT}/styles" Target="/xl/styles.xml"/></Relationships>'
)
STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts>'
    '<numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="170"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def sheet(rows: str, after: str = "") -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def strings(items: str) -> str:
    return f'<sst xmlns="{_MAIN}">{items}</sst>'


def texts(*rows: list[str]) -> str:
    """Rows of inline texts, in the order given, without references."""
    cells = ("".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) for row in rows)
    return "".join(f"<row>{row}</row>" for row in cells)


def workbook(worksheet: str | bytes, **parts: str | bytes | None) -> bytes:
    """A workbook; `parts` replaces book, links, root, types, styles, strings (None leaves one out) and adds others."""
    names = {
        "types": "[Content_Types].xml",
        "root": "_rels/.rels",
        "book": "xl/workbook.xml",
        "links": "xl/_rels/workbook.xml.rels",
        "styles": "xl/styles.xml",
        "strings": "xl/sharedStrings.xml",
    }
    content: dict[str, str | bytes | None] = {
        "types": TYPES,
        "root": ROOT,
        "book": BOOK,
        "links": LINKS,
        "styles": STYLES,
        "strings": strings(""),
        **parts,
    }
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for key, data in content.items():
            if data is not None:
                archive.writestr(names.get(key, key), data)
        archive.writestr("xl/worksheets/sheet1.xml", worksheet)
    return stream.getvalue()
