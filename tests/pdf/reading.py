"""Looks into a PDF: what its pages draw and what a reader copies out of it."""

import re
from collections.abc import Iterator

import pikepdf


def shown(pdf: pikepdf.Pdf, pages: slice = slice(None)) -> Iterator[tuple[pikepdf.Object, int]]:
    """Each glyph that the pages draw, with its font."""
    for page in pdf.pages[pages]:
        yield from glyphs(page, page.resources)


def glyphs(content: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object) -> Iterator[tuple[pikepdf.Object, int]]:
    font = None
    for instruction in pikepdf.parse_content_stream(content):
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            continue
        operands, operator = instruction.operands, instruction.operator
        match str(operator):
            case "Tf":
                font = resources.Font[str(operands[0])]
            case "Do" if resources.XObject[str(operands[0])].Subtype == "/Form":
                form = resources.XObject[str(operands[0])]
                yield from glyphs(form, form.get("/Resources", resources))
            case "TJ" | "Tj":
                parts = operands[0] if str(operator) == "TJ" else operands
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        raw = bytes(part)
                        for i in range(0, len(raw), 2):
                            assert font is not None
                            yield font, int.from_bytes(raw[i : i + 2], "big")


def text_of(pdf: pikepdf.Pdf, pages: slice = slice(None)) -> str:
    """What a reader copies out of the file: glyphs through each font's ToUnicode table."""
    tables: dict[tuple[int, int], dict[int, str]] = {}
    out = []
    for font, glyph in shown(pdf, pages):
        key = font.objgen
        if key not in tables:
            pairs = re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", font.ToUnicode.read_bytes())
            tables[key] = {int(g, 16): bytes.fromhex(u.decode()).decode("utf-16-be") for g, u in pairs}
        out.append(tables[key][glyph])
    return "".join(out)
