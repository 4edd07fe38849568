"""The Markdown of report text: what is understood, what stays text, and what is too much."""

from time import perf_counter

import pytest

from saas.markdown import Grid, Heading, Listing, Paragraph, Run, parse
from saas.problem import Problem

SAMPLE = """## 停车管理
本季度 **64 件**，
环比下降。

1. 夜间巡查
2、增设标线
- 无障碍车位

| 月份 | 件数 |
|---|--:|
| 7 月 | **23** |
| 8 月 | 21 | 多出
### 小结
完。"""


def plain(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def test_each_piece_of_the_subset_is_understood() -> None:
    heading, paragraph, numbers, points, grid, small, end = parse(SAMPLE).pieces
    assert heading == Heading(2, (Run("停车管理"),))
    assert paragraph == Paragraph((Run("本季度 "), Run("64 件", bold=True), Run("，环比下降。")))
    assert isinstance(numbers, Listing)
    assert [plain(item) for item in numbers.items] == ["夜间巡查", "增设标线"]
    assert numbers.ordered
    assert points == Listing(False, ((Run("无障碍车位"),),))
    assert isinstance(grid, Grid)
    assert grid.right == (False, True)
    assert [[plain(cell) for cell in row] for row in grid.rows] == [["7 月", "23"], ["8 月", "21"]]
    assert small == Heading(3, (Run("小结"),))
    assert end == Paragraph((Run("完。"),))
    assert parse(SAMPLE).refused == ()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("见[官网](http://10.0.0.1/admin)。", "链接按文字显示（1 处）：[官网](http://10.0.0.1/admin)"),
        ("![](file:///etc/passwd)", "图片只能从照片栏加入（1 处）：![](file:///etc/passwd)"),
        ("<script>alert(1)</script>", "HTML 按文字显示（2 处）：<script>"),
        ("<img src=x onerror=alert(1)", "HTML 按文字显示（1 处）：<img src=x onerror=alert(1)"),
        ("> 引用", "引用按文字显示（1 处）：> 引用"),
        ("```sh", "代码框按文字显示（1 处）：```sh"),
        ("- 甲\n    - 乙", "列表只有一层，缩进的条目排在同一层（1 处）：- 乙"),
    ],
)
def test_what_it_does_not_know_stays_text_and_is_said(source: str, words: str) -> None:
    text = parse(source)
    assert text.refused == (words,)
    if "甲" not in source:
        assert text.pieces == (Paragraph((Run(source),)),)


def test_too_much_is_refused_with_what_to_do() -> None:
    with pytest.raises(Problem, match="20,001 字，最多 20,000 字。请缩短"):
        parse("长" * 20_001)
    with pytest.raises(Problem, match="5,000 行，最多 800 行。请只留汇总"):
        parse("|甲|\n|-|\n" + "|1\n" * 5_000)
    assert parse("|甲|\n|-|\n" + "|1\n" * 800).pieces


@pytest.mark.parametrize(
    "bomb",
    [
        "*" * 20_000, "**a" * 6_000, "> " * 10_000, "[" * 20_000, "<" * 20_000, "![](" * 5_000, "- " * 10_000,
        "  " * 5_000 + "- x", "|" * 20_000, "|\n" * 10_000, "|a|\n" + "|-" * 9_000, "# " * 10_000, "\n" * 20_000,
        "1. " * 6_000, "a\n" * 10_000, "\t" * 20_000,
    ],
)  # fmt: skip
def test_a_bomb_is_read_at_once(bomb: str) -> None:
    begun = perf_counter()
    parse(bomb)
    assert perf_counter() - begun < 1
