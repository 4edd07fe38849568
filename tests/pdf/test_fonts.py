"""Only the pinned fonts draw, and what they cannot draw is said in words."""

import os
from pathlib import Path

import pytest

from saas.pdf import fonts


def test_a_missing_file_is_named_and_nothing_else_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "before")
    folder = tmp_path / "assets" / "fonts"
    folder.mkdir(parents=True)
    (folder / fonts.FILES[0]).write_bytes(b"")
    with pytest.raises(fonts.FontsMissing, match=fonts.FILES[1]):
        fonts.prepare(tmp_path, tmp_path / "assets")
    assert os.environ["FONTCONFIG_FILE"] == "before"


def test_the_configuration_offers_no_system_folder(press: Path) -> None:
    text = Path(os.environ["FONTCONFIG_FILE"]).read_text(encoding="utf-8")
    assert str(press) in os.environ["FONTCONFIG_FILE"]
    assert text.count("<dir>") == 1
    assert "<include" not in text
    assert "/usr" not in text.replace(str(fonts.ASSETS), "")


def test_rare_surnames_are_covered() -> None:
    assert {ord(c) for c in "㛃䶮𬱖龑翀喆珺镕𫍯𬬭鿍〇"} <= fonts.coverage()


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("吵死了😡😡", "吵死了〔表情〕〔表情〕"),
        ("👍🏽赞\ufe0f", "〔表情〕赞"),
        ("𠮷野家", "〔U+20BB7〕野家"),
        ("一\u202e二\u200b三\x07四\n五", "一二三四\n五"),
        ("半\u2002角", "半 角"),
        ("周㛃䶮", "周㛃䶮"),
    ],
)
def test_what_cannot_be_drawn_is_said(text: str, printed: str) -> None:
    covered = fonts.coverage() - {0x2002}
    assert fonts.printable(text, covered) == printed
