"""Numbers, columns, rows of photos and wording of a report, without printing it."""

import pytest

from saas.charts import Chart, Series
from saas.markdown import parse
from saas.pdf.book import Cell, Head, Photo, Photos, Section, Table
from saas.pdf.report.columns import shares
from saas.pdf.report.gallery import rows_of
from saas.pdf.report.numbering import chinese, numbered
from saas.pdf.wording import kept, set_text, spaced
from tests.pdf.sample_book import sample_book


def chart(wide: bool) -> Chart:
    return Chart("bars", "图", ("甲",), (Series("数", (1,)),), wide=wide)


def test_chapters_are_counted_as_one_says_them() -> None:
    said = [chinese(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)]
    assert " ".join(said) == "一 九 十 十一 十九 二十 二十一 九十九"
    sections = (
        Section("a", "甲"),
        Section("b", "乙", 2),
        Section("c", "丙", 2),
        Section("d", "丁"),
        Section("e", "戊", 2),
    )
    parts = numbered(sample_book(0, sections=sections))
    assert [part.running for part in parts] == ["第一章　甲", "1.1 乙", "1.2 丙", "第二章　丁", "2.1 戊"]
    assert len({part.anchor for part in parts}) == 5


def test_tables_and_figures_are_counted_by_chapter_and_half_charts_pair_up() -> None:
    table = Table("表", (Head("项"),), (("甲",),))
    photos = Photos((Photo("a", "", 4, 3), Photo("b", "", 4, 3), Photo("c", "", 4, 3)))
    blocks = (chart(False), chart(False), chart(False), chart(True), table, photos, chart(True), table)
    (first,) = numbered(sample_book(0, sections=(Section("a", "甲", blocks=blocks),)))
    assert [[each.label for each in placed.pair] for placed in first.blocks if placed.kind == "charts"] == [
        ["图 1-1", "图 1-2"], ["图 1-3"], ["图 1-4"], ["图 1-8"],
    ]  # fmt: skip
    assert [placed.label for placed in first.blocks if placed.kind == "table"] == ["表 1-1", "表 1-2"]
    (rows,) = (placed.rows for placed in first.blocks if placed.kind == "photos")
    assert [[framed.label for framed in row] for row in rows] == [["图 1-5", "图 1-6"], ["图 1-7"]]


def test_a_table_with_a_short_row_is_refused() -> None:
    with pytest.raises(ValueError, match="明细: a row has 1 cells under 2 heads"):
        Table("明细", (Head("甲"), Head("乙")), (("1",),))


def test_columns_give_numbers_what_they_need_and_texts_the_rest() -> None:
    heads = (Head("序"), Head("事项"), Head("金额", "right"))
    order, matter, money = shares(heads, [["1", "更换门机皮带并调试平层感应器", "3,735,970.38"]] * 3)
    assert order + matter + money == pytest.approx(100, abs=0.1)
    assert order < money < matter
    assert money >= 100 * (12 * 0.56 * 2.85 + 3) / 170  # it does not wrap
    many = shares([Head(f"第 {n} 列") for n in range(12)], [["很长很长的一段话" * 9] * 12])
    assert min(many) == max(many) == pytest.approx(100 / 12, abs=0.1)
    assert shares((Head("空"),), []) == (100,)


def test_photos_of_a_row_are_as_high_as_each_other_and_fill_it() -> None:
    photos = (Photo("a", "", 4000, 3000), Photo("b", "", 3000, 4000), Photo("c", "", 1, 900), Photo("d", "", 9000, 1))
    for row in rows_of((*photos, photos[0]), 1, 1):
        assert len({framed.height for framed in row}) == 1
        assert row[0].height <= 82
        width = sum(framed.width for framed in row)
        assert width <= 164.1
        assert len(row) == 1 or width == pytest.approx(164, abs=0.1) or row[0].height == 82


def test_what_people_type_is_set_with_its_blanks() -> None:
    assert spaced("8月14日24小时内WX-1号，60%的") == "8\u00a0月 14\u00a0日 24\u00a0小时内 WX-1\u00a0号，60% 的"
    assert kept("超过 1 个工作日") == "超过 1\u00a0个工作日"
    (piece,) = set_text(parse("受理**64**件")).pieces
    assert [run.text for run in piece.runs] == ["受理", " 64", "\u00a0件"]  # type: ignore[union-attr]


def test_a_cell_keeps_its_colour() -> None:
    table = Table("表", (Head("项"),), ((Cell("逾期", "red"),), ("按时",)))
    (part,) = numbered(sample_book(0, sections=(Section("a", "甲", blocks=(table,)),)))
    assert part.blocks[0].printed == ((Cell("逾期", "red"),), (Cell("按时"),))
