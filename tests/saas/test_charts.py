"""Charts: no text lies on another text, a line, a dot or outside; odd data give a drawing too."""

import random
from itertools import combinations, pairwise

import pytest

from saas.charts import Chart, Series
from saas.charts.room import box_of, crosses, overlap
from saas.charts.scale import amount, cut, ticks, words
from saas.charts.shapes import Dot, Line, Rect, Stroke, Words

MONTHS = tuple(f"{month} 月" for month in range(1, 13))
CHANCE = random.Random(7)


def some(count: int, low: int, high: int, gaps: bool = False) -> tuple[float | None, ...]:
    """Random values; every fifth missing when asked for."""
    return tuple(None if gaps and CHANCE.random() < 0.2 else round(CHANCE.uniform(low, high), 1) for _ in range(count))


def charts() -> list[Chart]:
    """Many charts of every kind, broad and half, with and without a target."""
    made = []
    for wide in (True, False):
        for target in (None, 60.0):
            for count in (1, 2, 3):
                series = tuple(Series(f"第 {n} 组客户来电", some(12, 1, 100, gaps=True)) for n in range(count))
                for unit in ("件", "%"):
                    made += [
                        Chart("bars", "甲", MONTHS, series, unit, target, wide=wide),
                        Chart("stacked", "乙", MONTHS, series, unit, target, wide=wide),
                        Chart("lines", "丙", MONTHS, series, unit, target, wide=wide),
                        Chart(
                            "heat", "丁", MONTHS[:6], tuple(Series(s.name, s.values[:6]) for s in series), unit, target
                        ),
                    ]
            names = ("消防设施月度检查与维护保养", "电梯维保", "二次供水水箱清洗消毒", "绿化养护")
            made.append(Chart("bars", "戊", names, (Series("完成率", some(4, 1, 100)),), "%", target, wide=wide))
            made.append(Chart("lines", "己", MONTHS, (Series("率", some(12, 90, 95)),), "%", 92, wide=wide))
        over = Series("办结率", some(12, 80, 100), "%")
        made.append(Chart("bars", "庚", MONTHS, (Series("投诉量", some(12, 0, 90)),), "件", over=over, wide=wide))
    made.append(Chart("donut", "辛", names, (Series("件数", some(4, 1, 2000)),), "件", wide=False))
    return made


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: f"{chart.kind}-{len(chart.series)}-{chart.wide}")
def test_no_text_touches_anything(chart: Chart) -> None:
    drawing = chart.drawing
    texts = [shape for shape in drawing.shapes if isinstance(shape, Words)]
    boxes = [box_of(text) for text in texts]
    for (one, a), (two, b) in combinations(zip(texts, boxes, strict=True), 2):
        assert not overlap(a, b), f"{one.text} lies on {two.text}"
    for text, (left, top, right, bottom) in zip(texts, boxes, strict=True):
        assert left >= -1, text
        assert right <= drawing.width + 1, text
        assert top >= -1, text
        assert bottom <= drawing.height, text
    strokes = [(*a, *b) for shape in drawing.shapes if isinstance(shape, Stroke) for a, b in pairwise(shape.points)]
    dots = [(dot.x - 2, dot.y - 2, dot.x + 2, dot.y + 2) for dot in drawing.shapes if isinstance(dot, Dot)]
    for text, box in zip(texts, boxes, strict=True):
        assert not any(crosses(line, box) for line in strokes), text
        assert not any(overlap(box, dot) for dot in dots), text
        hidden = False  # by the last of the lines and grounds that lie under the text
        for shape in drawing.shapes:
            if isinstance(shape, Rect) and shape.tone == "gap":
                hidden = hidden and not overlap(box, (shape.x, shape.y, shape.x + shape.width, shape.y + shape.height))
            elif isinstance(shape, Line) and shape.role != "axis":
                hidden = hidden or crosses((shape.x1, shape.y1, shape.x2, shape.y2), box)
        assert not hidden, text


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: f"{chart.kind}-{len(chart.series)}-{chart.wide}")
def test_no_ground_hides_a_value(chart: Chart) -> None:
    rects = [shape for shape in chart.drawing.shapes if isinstance(shape, Rect)]
    boxes = [(rect.tone, (rect.x, rect.y, rect.x + rect.width, rect.y + rect.height)) for rect in rects]
    bars = [
        (left + 0.5, top + 0.5, right - 0.5, bottom - 0.5)
        for tone, (left, top, right, bottom) in boxes
        if tone != "gap"
    ]
    for ground in [box for tone, box in boxes if tone == "gap"]:
        assert not any(overlap(ground, bar) for bar in bars)


@pytest.mark.parametrize("kind", ["bars", "stacked", "lines", "donut", "heat"])
@pytest.mark.parametrize("values", [(), (0.0,), (None,), (None, None), (5.0, 5.0), (-3.0, 4.0), (1e9, 1e-3)])
def test_odd_data_are_drawn(kind: str, values: tuple[float | None, ...]) -> None:
    chart = Chart(kind, "空", tuple(f"第 {n} 项" for n in range(len(values))), (Series("数", values),))  # type: ignore[arg-type]
    assert chart.drawing.height > 0
    assert len(chart.rows) == len(values)


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="投诉: 数 has 1 of 2 values"):
        Chart("bars", "投诉", ("7 月", "8 月"), (Series("数", (1,)),))


def test_it_says_its_data_in_words_and_as_a_table() -> None:
    chart = Chart(
        "bars", "投诉", ("7 月", "8 月"), (Series("投诉量", (23, None)),), "件", over=Series("办结率", (96.5, 97), "%")
    )
    assert chart.heads == ("", "投诉量（件）", "办结率（%）")
    assert chart.rows == (("7 月", "23", "96.5"), ("8 月", "–", "97"))
    assert chart.sentence == "投诉：7 月 23 96.5；8 月 – 97"
    assert Chart("bars", "投诉", (), (Series("数", ()),), alt="逐月下降").sentence == "投诉：逐月下降"


def test_numbers_and_letters() -> None:
    assert [words(value) for value in (1284, 93.74, 0, None)] == ["1,284", "93.7", "0", "–"]
    assert [amount(3, unit) for unit in ("件", "%", "")] == ["3 件", "3%", "3"]
    assert cut("客户投诉处理作业规程", 60) == "客户投诉处…"
    assert ticks(0, 81) == [0, 20, 40, 60, 80, 100]
    assert ticks(90.2, 93.7, 4) == [90, 91, 92, 93, 94]
    assert ticks(3, 3) == pytest.approx([3, 3.2, 3.4, 3.6, 3.8, 4])
    assert ticks(0, 2, whole=True) == [0, 1, 2]
    assert ticks(0, 12, whole=True) == [0, 3, 6, 9, 12]
