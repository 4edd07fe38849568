"""Chinese typesetting that WeasyPrint 70 does not do yet.

It justifies a line by its blanks only, so a Chinese line with two numbers in it gets two holes: here the white goes
between all ideographs. And it leaves both halves of the white between two signs (》（ or ”，), where one is right.
Written against the pinned version: `tests/pdf/test_typesetting.py` fails when its inside changes.
"""

import re
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

_OPENING, _CLOSING = "（《〈「『【〔“‘", "，。、；：！？）》〉」』】〕”’"
_IDEOGRAPHS = "…—\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
STRETCHED = re.compile(f"[ \u00a0{_IDEOGRAPHS}{_OPENING}{_CLOSING}]+")
SQUEEZED = re.compile(f"[{_CLOSING}](?=[{_OPENING}{_CLOSING}])|(?<=[{_OPENING}])[{_OPENING}]")
HALF = b"halt 1"

_set_text = line_break.Layout.set_text


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Give a line its text: signs squeezed, and when it is drawn, white between the ideographs."""
    _set_text(layout, text)
    text = layout.text
    white = layout.justification_spacing if justify else 0
    squeezed = list(SQUEEZED.finditer(text))
    if not squeezed and not white:
        return
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for sign in squeezed:  # inserted, not changed: a change would cut up the attribute that all lines share
        attribute = pango.pango_attr_font_features_new(HALF)
        pango.pango_attr_list_insert(attributes, _reaching(attribute, text, sign))
    for run in STRETCHED.finditer(text) if white else ():
        attribute = pango.pango_attr_letter_spacing_new(int(white * TO_UNITS))
        pango.pango_attr_list_change(attributes, _reaching(attribute, text, run))
    pango.pango_layout_set_attributes(layout.layout, attributes)


def _reaching(attribute: Any, text: str, match: re.Match[str]) -> Any:
    attribute.start_index = len(text[: match.start()].encode())
    attribute.end_index = attribute.start_index + len(match[0].encode())
    return attribute


def count_gaps(box: Any) -> float:
    """How many gaps of a line can be widened; a letter at the edge of a run gets white on its inner side only."""
    if isinstance(box, boxes.TextBox):
        edges = sum(bool(STRETCHED.match(letter)) for letter in (box.text[:1], box.text[-1:]))
        return sum(len(run[0]) for run in STRETCHED.finditer(box.text)) - edges / 2
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        return sum(map(count_gaps, box.children))
    return 0


def teach() -> None:
    """Put both into WeasyPrint, for this process. Again is harmless."""
    line_break.Layout.set_text = set_text
    inline.count_expandable_spaces = count_gaps
