"""Chinese lines: flush at both sides without holes, signs close together, none at the beginning of a line.

Written against WeasyPrint 70: when an update moves what `saas.pdf.typesetting` and `saas.pdf.lean` replace, these fail.
"""

import re
from itertools import pairwise

import pytest

LINE = (
    "2026 年第三季度，翠湖花园物业服务中心在业主委员会的监督和广大业主的支持下，严格按照《物业服务合同》及"
    "《住宅物业服务等级规范（一级）》的要求开展各项工作。本季度在岗人员 86 人，持证上岗率 100%；"
    "围绕“安全度汛、便民维修”两条主线。"
)
STYLE = (
    "html { font: 10pt/1.7 'Noto Sans SC' } @page { size: 120mm 80mm; margin: 10mm } p { margin: 0; text-align: %s }"
)


def lines(text: str, align: str = "justify") -> list[tuple[str, list[float], float]]:
    """Text, left edges of the letters and right edge of each line, in px of the page."""
    from weasyprint import HTML
    from weasyprint.formatting_structure import boxes
    from weasyprint.text.ffi import FROM_UNITS

    html = f'<html lang="zh-CN"><style>{STYLE % align}</style><p>{text}'
    found = []
    for box in HTML(string=html).render().pages[0]._page_box.descendants():
        if isinstance(box, boxes.TextBox):
            box.pango_layout.reactivate(box.style)
            run, x, lefts = box.pango_layout.get_first_line()[0].runs[0], box.position_x, []
            while run:
                glyphs = run.data.glyphs
                for n in range(glyphs.num_glyphs):
                    lefts.append(x)
                    x += glyphs.glyphs[n].geometry.width * FROM_UNITS
                run = run.next
            found.append((box.text, lefts, x))
    return found


def test_the_white_of_a_line_lies_between_all_ideographs() -> None:
    set_flush, ragged = lines(LINE), lines(LINE, "left")
    right = max(edge for _, _, edge in set_flush)
    assert len(set_flush) >= 3
    for text, lefts, edge in set_flush[:-1]:
        assert edge == pytest.approx(right, abs=0.2), text
        gaps = [b - a for a, b in pairwise(lefts)]
        assert max(gaps) < 1.35 * 40 / 3, text  # px of 10pt: no hole wider than a third of a letter
    assert min(edge for _, _, edge in ragged[:-1]) < right - 2
    assert [text for text, _, _ in set_flush] == [text for text, _, _ in ragged]


def test_two_signs_share_their_white() -> None:
    ((_, apart, _), (_, close, _)) = lines("甲《乙丙")[0], lines("甲》《乙")[0]
    letter = apart[1] - apart[0]
    assert close[2] - close[1] == pytest.approx(letter / 2, abs=0.1)
    assert close[3] - close[2] == pytest.approx(letter, abs=0.1)
    (_, opening, _) = lines("（“甲")[0]
    assert opening[2] - opening[1] == pytest.approx(letter / 2, abs=0.1)


def test_no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one() -> None:
    for shift in range(12):
        for text, _, _ in lines("字" * shift + "他说：“好。”（真的），于是《规程》通过、公布；完。" * 6)[:-1]:
            assert not re.match("[，。、；：！？）》”]", text), text
            assert not re.search("[（《“]$", text), text


def test_no_font_is_copied_before_it_is_cut_and_no_note_has_a_style() -> None:
    from weasyprint.html import UA
    from weasyprint.pdf.fonts import Font

    from saas.pdf import lean

    assert Font.file_content.fget is lean._get
    assert len([line for line in UA.splitlines() if line.startswith(lean._NOTES)]) == 5
    page = lean.Page(string="<p>甲").render()
    assert len(page.pages) == 1
