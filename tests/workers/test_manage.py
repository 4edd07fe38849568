"""The command line tells a wrong call in Chinese and does nothing."""

import pytest

from workers.manage import main


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ([], "缺少参数"),
        (["nope"], "没有"),
        (["tenants", "create-project"], "缺少参数：company, slug, name"),
        (["bootstrap", "--spares", "x"], "的值不对"),
        (["tenants", "list", "extra"], "多出来的参数：extra"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(call: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(call)
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert words in told
    assert "--help" in told


def test_bootstrap_without_an_address_says_what_to_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["bootstrap"]) == 1
    assert "DATABASE_URL" in capsys.readouterr().err
