"""`bin/manage packs`: what the author of a regulation sees."""

from pathlib import Path

import pytest

from saas.policy.loader import FOLDER, VARIABLE, pack
from tests.policy.small import version
from workers.manage import main

SHIPPED = FOLDER / "property.toml"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    version(tmp_path, "1.0", "2026-01-01")
    version(tmp_path, "2.0", "2027-01-01", ("amount = 2\n", "amount = 1\n"))
    return tmp_path


@pytest.mark.rule("R1")
def test_the_shipped_packs_are_good_and_summed_up(capsys: Captured) -> None:
    assert main(["packs", "check"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    count = len(pack("property").clauses)
    start = f"property 1.0：物业客户沟通管理规程，2026-01-01 起执行（总经理 2025-12-20 批准），{count} 条（定期 "
    assert line.startswith(start)
    assert "，未启用 " in line


@pytest.mark.rule("R1")
def test_mistakes_are_told_by_file_and_line_and_the_good_files_summed_up(capsys: Captured, tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    wrong, odd = tmp_path / "wrong.toml", tmp_path / "odd.toml"
    wrong.write_text(text.replace("callback_quota = 50", "callback_quota = 150"), encoding="utf-8")
    odd.write_text(
        text.replace("contacts.records", "contacts.recodrs").replace('id = "property"', 'id = "odd"'), "utf-8"
    )
    assert main(["packs", "check", str(wrong), str(odd), str(SHIPPED), str(tmp_path / "none.toml")]) == 1
    said = capsys.readouterr()
    assert [line.split("：")[0] for line in said.out.splitlines()] == ["property 1.0"]
    line = text[: text.index("callback_quota = 50")].count("\n") + 1
    told = dict.fromkeys(each.split("：")[0] for each in said.err.splitlines())
    assert f"{wrong}:{line}" in told
    assert f"{tmp_path / 'none.toml'}:1" in told
    assert "没有叫“contacts.recodrs”的证据查询" in said.err
    assert len(told) == 3


@pytest.mark.rule("R3")
def test_overlapping_versions_are_refused(capsys: Captured, folder: Path) -> None:
    twin = version(folder, "2.1", "2027-01-01")
    assert main(["packs", "check"]) == 1
    said = capsys.readouterr()
    assert f"{twin}:" in said.err
    assert "valid_from 相同" in said.err


@pytest.mark.rule("R3")
@pytest.mark.parametrize("by_file", [True, False])
def test_the_difference_is_told_in_words(capsys: Captured, folder: Path, by_file: bool) -> None:
    old, new = (folder / "1.0.toml", folder / "2.0.toml") if by_file else ("property@1.0", "property@2.0")
    assert main(["packs", "diff", str(old), str(new)]) == 0
    head, *rest = capsys.readouterr().out.splitlines()
    assert head == "property 1.0（2026-01-01 起执行） → property 2.0（2027-01-01 起执行）"
    assert rest == ["", "时限", "  首次回应 2 小时 → 1 小时"]


@pytest.mark.usefixtures("folder")
def test_versions_that_say_the_same(capsys: Captured) -> None:
    assert main(["packs", "diff", "property@1.0", "property@1.0"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "两个版本相同"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("property@3.0", "property 没有 3.0 版，现有：1.0、2.0"),
        ("atlantis@1.0", "没有叫 atlantis 的规程包，现有：property"),
        ("nowhere.toml", "nowhere.toml:1：找不到这个文件"),
    ],
)
def test_an_unknown_version_is_told(capsys: Captured, wanted: str, words: str) -> None:
    assert main(["packs", "diff", "property@1.0", wanted]) == 1
    assert words in capsys.readouterr().err


def test_an_empty_folder_is_told(capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert main(["packs", "check"]) == 1
    assert "这里没有规程包" in capsys.readouterr().err


def test_a_wrong_call_is_told(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        main(["packs", "diff", "property@1.0"])
    assert "缺少参数：新版" in capsys.readouterr().err
