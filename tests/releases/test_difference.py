"""What changed between two versions, as marked text (H3)."""

from time import perf_counter

import pytest

from tenants.releases.difference import compare

pytestmark = pytest.mark.rule("H3")


def text(pieces: list[list[tuple[str, str]]], *marks: str) -> list[str]:
    lines = ("".join(words for mark, words in line if mark in ("", *marks)) for line in pieces)
    return [line for line in lines if line]


def test_a_changed_word_a_new_and_a_removed_paragraph() -> None:
    old = ["尊敬的业主：", "其中一次困人数分钟，给您的出行带来不便，我们深表歉意。", "此致"]
    new = ["尊敬的业主：", "其中一次困人 19 分钟，给您的出行带来不便，我们深表歉意。", "管家安排人员协助。", "此致"]
    pieces, places = compare(old, new)
    assert text(pieces, "del") == old
    assert text(pieces, "ins") == new
    assert places == 2
    assert ("del", "数") in pieces[1]


def test_nothing_changed() -> None:
    assert compare(["一", "二"], ["一", "二"]) == ([[("", "一")], [("", "二")]], 0)


def test_a_rewritten_paragraph_is_shown_whole() -> None:
    assert compare(["甲乙丙丁"], ["子丑寅卯"]) == ([[("del", "甲乙丙丁"), ("ins", "子丑寅卯")]], 1)


def test_a_huge_paragraph_is_compared_in_bounded_time() -> None:
    begin = perf_counter()
    compare(["ab" * 10_000 + "中" * 10_000], ["ba" * 10_000 + "国中" * 5_000])
    compare([f"{n}" for n in range(9_000)], [f"{n}" for n in range(9_000, 0, -1)])
    assert perf_counter() - begin < 10
