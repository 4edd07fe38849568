"""What is checked before a letter goes out, and how it reads as a mail (H3)."""

import pytest

from tenants.releases.text import as_mail, checks, is_salutation, paragraphs, tidy

SIGNED = "云栖花园管家服务中心"
LONG = "关于电梯停运一事，已更换部件并完成复检，感谢您的理解与支持。"


def states(body: str, title: str = "答复", published: str = "") -> list[str]:
    return [check.state for check in checks(title, body, SIGNED, ["林晓燕"], published)]


def test_a_clean_letter_passes() -> None:
    assert states(LONG) == ["ok", "ok", "ok"]


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("请打 13812345521", "warn"),
        ("请打 138 1234 5521", "warn"),
        ("卡号 6222 0212 3456 7890 123", "warn"),
        ("身份证 330106199001011234", "bad"),
        ("身份证 33010619900101123X", "bad"),
        ("请打 0571-8888 0315", "warn"),
        ("请打 057188880315", "warn"),
        ("请打 400-820-8820", "warn"),
        ("编号 20261119007", "ok"),
    ],
)
def test_personal_data_is_pointed_out(words: str, state: str) -> None:
    assert states(LONG + words)[0] == state


@pytest.mark.rule("A6")
@pytest.mark.rule("B10")
@pytest.mark.parametrize("published", ["0571-88880315", "0571 8888 0315"])
def test_the_published_service_phone_is_no_secret(published: str) -> None:
    assert states(f"{LONG}请打 0571-8888 0315", published=published)[0] == "ok"
    told = checks("答复", f"{LONG}请打 0571-88880315 或 13812345521", SIGNED, [], published)[0]
    assert (told.state, "138 **** 5521" in told.words, "0315" in told.words) == ("warn", True, False)


@pytest.mark.rule("B10")
def test_a_number_that_was_left_masked_is_pointed_out() -> None:
    assert states(f"{LONG}请打 138 **** 5521")[1] == "warn"


@pytest.mark.rule("H3")
@pytest.mark.parametrize(
    ("last", "state"),
    [("林晓燕", "bad"), ("您的管家 林晓燕。", "bad"), ("如有疑问请联系您的管家林晓燕。", "ok"), (SIGNED, "ok")],
)
def test_nobody_signs_with_their_own_name(last: str, state: str) -> None:
    assert states(f"{LONG}\n{last}")[1] == state


def test_length_is_judged() -> None:
    assert states("短")[2] == states("长" * 3001)[2] == "warn"


def test_text_is_tidied_and_read_as_paragraphs() -> None:
    assert tidy(" 一 \r\n\r\n\x00二\t\ud800\n") == "一\n\n二?"
    assert paragraphs("一\n\n二") == ["一", "二"]
    assert is_salutation("尊敬的王女士：")
    assert not is_salutation("经查：停运由皮带老化引起。")


def test_a_mail_says_the_letter_and_where_its_page_is() -> None:
    mail = as_mail("答复", "一\n\n二", SIGNED, "2026-11-20", "https://x/p/t")
    assert mail.split("\n")[:6] == ["答复", "", "一", "二", "", SIGNED]
    assert "https://x/p/t" in mail
