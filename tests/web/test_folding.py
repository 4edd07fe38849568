"""Long texts on a page."""

from saas.web.filters import BRIEF, brief
from saas.web.folding import LETTERS, LINES, fold
from tests.web.test_kit import ENV


def test_long_texts_are_folded_and_lose_nothing() -> None:
    for short in ("", "电梯停了。", "字" * (LETTERS + 100), "一行\n" * LINES + "又一行"):
        assert fold(short) == (short, "")
    sentences = "楼道的灯坏了三天没有人修。" * 80
    start, rest = fold(sentences)
    assert start + rest == sentences
    assert start.endswith("。")
    assert LETTERS - 20 <= len(start) <= LETTERS
    start, rest = fold("字" * 4_900)
    assert (len(start), len(rest)) == (LETTERS, 4_900 - LETTERS)
    start, rest = fold("一行\n" * 60)
    assert start.count("\n") <= LINES
    assert (start + rest).count("一行") == 60
    ui = ENV.get_template("shared/ui.html").module
    long = str(ui.said("<b>" + sentences))
    assert "&lt;b&gt;" in long
    assert f'<summary class="btn sm rest">展开全文（{len(sentences) + 3:,} 字）</summary>' in long
    assert "<details>" not in str(ui.said("短。"))


def test_of_a_very_long_name_a_list_shows_the_beginning() -> None:
    assert brief("欧阳修") == "欧阳修"
    assert brief("名" * BRIEF) == "名" * BRIEF
    assert brief("名" * 40) == "名" * (BRIEF - 1) + "…"
