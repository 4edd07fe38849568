"""Writing mails: Chinese survives every transport, and nothing a person types becomes a header."""

import random
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default

import pytest

from saas import clock
from saas.mail import address, compose, new_message_id
from saas.mail.letter import MESSAGE_ID, one_line

OURS = [
    "Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version", "Message-ID",
    "Subject", "To",
]  # fmt: skip
SENDER = "邻声 <no-reply@linsheng.example>"


def write(to: str = "a@b.cn", subject: str = "s", text: str = "t", **more: object) -> EmailMessage:
    fields: dict = {"message_id": new_message_id(), "sender": SENDER} | more
    return compose(to, subject, text, **fields)


def received(mail: EmailMessage) -> EmailMessage:
    raw = mail.as_bytes()
    assert raw.isascii()
    assert b"\r\n" in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    return message_from_bytes(raw, policy=default)


def told(mail: EmailMessage, header: str) -> str:
    """A header as a careful reader decodes it (the stdlib's new parser puts spaces between encoded words of a name)."""
    return str(make_header(decode_header(next(value for key, value in mail.raw_items() if key == header))))


def body(mail: EmailMessage, kind: str = "plain") -> str:
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n")


def test_chinese_names_subject_and_text_arrive_whole():
    name, subject = "欧阳青山（三期 3-2-1502 业主代表）", "关于「电梯异响」的回复：第 2 次检修结果及后续安排说明" * 3
    with clock.at(datetime(2026, 11, 20, 6, 8, tzinfo=UTC)):
        mail = received(write(f"{name} <a@b.cn>", subject, "您好，𠮷先生\r\n.\r\n第二行", html="<p>您好</p>"))
    assert told(mail, "To") == f"{name} <a@b.cn>"
    assert mail["To"].addresses[0].addr_spec == "a@b.cn"
    assert mail["Subject"] == subject
    assert mail["From"].addresses[0].display_name == "邻声"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == datetime(2026, 11, 20, 6, 8, tzinfo=UTC)
    assert body(mail) == "您好，𠮷先生\n.\n第二行\n"
    assert body(mail, "html") == "<p>您好</p>\n"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x85", "\u2028", "\x1c", "\ud800\n"])
def test_typed_line_ends_never_start_a_header(end):
    evil = f"主题{end}Bcc: victim@example.cn{end}{end}body"
    mail = received(write(f"王{end}Bcc: x <a@b.cn>", evil, "t"))
    assert mail["Bcc"] is None
    assert [a.addr_spec for a in mail["To"].addresses] == ["a@b.cn"]
    assert "Bcc: victim@example.cn" in mail["Subject"]
    assert body(mail) == "t\n"


@pytest.mark.parametrize("word", ["=?utf-8?q?a=0D=0ABcc:_v@example.cn?=", "=?utf-8?b?Cg0KQmNjOiB2QGV4YW1wbGUuY24=?="])
def test_encoded_words_are_not_decoded_into_headers(word):
    mail = received(write(f"{word} <a@b.cn>", word))
    assert mail["Bcc"] is None
    assert mail["Subject"] == mail["To"].addresses[0].display_name == word
    assert [a.addr_spec for a in mail["To"].addresses] == ["a@b.cn"]
    with pytest.raises(ValueError, match="plain ASCII"):
        write(headers={"X-Note": word})


@pytest.mark.parametrize(
    "wrong",
    [
        "", "a", "@b.cn", "a@", "a@b..cn", "a b@c.cn", "a@b.cn, c@d.cn", "a@b.cn\n", "a@b.cn\x00", "x: a@b.cn;",
        "a@b.cn>", "<a@b.cn> <c@d.cn>", "a@b@c.cn", "王@b.cn", "a@-b.cn", ".a@b.cn", "a" * 65 + "@b.cn",
        "a@" + "b" * 300, "a@b。。cn", "=?utf-8?q?x?=@b.cn", "a@[127.0.0.1]", '"a b"@c.cn', "\ud800@b.cn",
        "a@\ud800.cn", "<a@b.cn>\r\nRCPT TO:<c@d.cn>", "a@b.cn\r\nBcc: c@d.cn", "王 <a@b.cn\r\n>",
    ],
)  # fmt: skip
def test_only_one_plain_address_is_taken(wrong):
    with pytest.raises(ValueError, match="not an e-mail address") as refusal:
        write(wrong)
    assert str(refusal.value) == "not an e-mail address"


def test_a_chinese_domain_travels_as_idna():
    assert address("王 <a@物业.cn>") == ("王", "a@" + "物业".encode("idna").decode() + ".cn")


@pytest.mark.parametrize("name", ["X\r\nBcc", "X: y", "", "To", "bcc", "Content-Type", "头", "X Y", "Message-ID"])
def test_extra_headers_cannot_replace_ours(name):
    with pytest.raises(ValueError, match="not an extra header"):
        write(headers={name: "v"})


@pytest.mark.parametrize("value", ["a\r\nBcc: v@example.cn", "a\n b", "a\rb", "a\x00b", " a", "头", "a" * 901])
def test_extra_header_values_are_one_clean_line(value):
    with pytest.raises(ValueError, match="plain ASCII"):
        write(headers={"X-Note": value})


@pytest.mark.parametrize("wrong", ["", "abc", "<a@b>\r\nBcc: c@d.cn", "<a b@c>", "<a@b><c@d>", "<王@b>"])
def test_a_message_id_of_somebody_else_is_refused(wrong):
    with pytest.raises(ValueError, match="Message-ID"):
        write(message_id=wrong)


def test_message_ids_differ_and_stay_the_same_in_the_mail():
    assert new_message_id() != new_message_id()
    given = new_message_id("mail.example.cn")
    assert MESSAGE_ID.fullmatch(given)
    assert received(write(message_id=given))["Message-ID"] == given


def test_whatever_is_typed_the_mail_has_one_recipient_and_our_headers():
    dice = random.Random(20261120)
    letters = "ab王\r\n\t\0\x85\u2028\"'\\,;:<>@()[]=?.-_ 𠮷\ud800\u202e"
    for _ in range(400):
        name = "".join(dice.choices(letters.translate({60: None, 62: None}), k=dice.randrange(90)))
        subject = "".join(dice.choices(letters, k=dice.randrange(200)))
        mail = received(write(f"{name}<a@b.cn>", subject, subject))
        assert [a.addr_spec for a in mail["To"].addresses] == ["a@b.cn"], repr(name)
        shown = one_line(name).strip('" ')[:80]
        assert told(mail, "To") == (f"{shown} <a@b.cn>" if shown else "a@b.cn"), repr(name)
        assert mail["Subject"] == one_line(subject)
        assert sorted(mail.keys()) == OURS, repr(subject)
