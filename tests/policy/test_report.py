"""The template of the quarterly report: what an author may write, and what is refused with its line (I1, R1)."""

from pathlib import Path

import pytest

from saas.policy.difference import difference
from saas.policy.loader import load, pack
from saas.policy.source import PackError
from tests.policy.small import edited, version

TEXT = "required = true\nleast = 50"
FINANCE = 'chain = "finance_section"\naccounts'
OVERVIEW = 'code = "overview"'


def refused(tmp_path: Path, *changes: tuple[str, str]) -> str:
    path = tmp_path / "own.toml"
    path.write_text(edited(*changes), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load(path)
    return str(caught.value)


@pytest.mark.rule("I1")
@pytest.mark.rule("I2")
def test_the_shipped_template() -> None:
    report = pack("property").report
    assert report is not None
    lump_sum, remuneration = (report.sections_for(basis) for basis in ("lump_sum", "remuneration"))
    assert [s.code for s in remuneration if s not in lump_sum] == ["finance"]
    assert [s.chain for s in remuneration if s.chain] == ["finance_section"]
    assert [s.code for s in lump_sum if not s.required] == ["extra"]
    assert any(s.accounts for s in lump_sum)


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([(OVERVIEW, 'code = "Über"')], "code = “Über”的写法不对"),
        ([(OVERVIEW, 'code = "plan"')], "章节 plan 重复"),
        ([(f'kind = "mixed"\n{TEXT}', f'kind = "text"\n{TEXT}')], "文字章节没有数据"),
        ([('figures = ["summary", "households"]\n', "")], "要写明用哪几组数据"),
        ([(f'kind = "mixed"\n{TEXT}', f'kind = "prose"\n{TEXT}')], "没有叫“prose”的章节类型"),
        ([("required = true\n", "required = false\n")], "没有一章是必填的"),
        ([(f'only = "remuneration"\n{FINANCE}', f'only = "salary"\n{FINANCE}')], "没有叫“salary”的计费方式"),
        ([("held = true\n", "")], "held = true"),
        ([("from_month = 3", "from_month = 4")], "太大"),
        ([("longest = 20000", "longest = 50000")], "太大"),
        ([('committee_for = "15d"', 'committee_for = "-1d"')], "不是时长"),
        ([('copies = ["quality"]', 'copies = ["qualty"]')], "qualty"),
        ([('channels = ["public_page", "by_hand"]\nheld = true', "inner = true\nheld = true")], "held = true 的审批链"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_line(tmp_path: Path, changes: list[tuple[str, str]], words: str) -> None:
    said = refused(tmp_path, *changes)
    assert words in said
    assert "own.toml:" in said


@pytest.mark.rule("R3")
def test_a_changed_template_is_told_in_words(tmp_path: Path) -> None:
    old = load(version(tmp_path, "1.0", "2026-01-01"))
    new = load(version(tmp_path, "1.1", "2027-01-01", ("least = 50", "least = 80"), ('"15d"', '"10d"')))
    told = "\n".join(line for _, lines in difference(old, new) for line in lines)
    assert "服务报告第 1 章" in told
    assert "至少 80 字" in told
    assert "业委会答复期限" in told
