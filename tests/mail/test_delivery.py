"""Promise 4 at the edge of the house: after every way a conversation can end, we know what may have gone out."""

import logging
import smtplib
import socket
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from saas.mail import Accepted, Refused, Unknown, send
from tests.mail.bad_server import CERTIFICATE, Talk, serving


class Post:
    """An honest server that keeps what it takes."""

    def __init__(self) -> None:
        self.envelopes: list = []

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        return "250 2.0.0 queued"


def test_an_honest_server_accepts(mail, caplog):
    caplog.set_level(logging.DEBUG)
    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        outcome = send(mail, f"smtp://127.0.0.1:{controller.port}")
    finally:
        controller.stop()
    assert outcome == Accepted(250, "2.0.0 queued")
    (envelope,) = post.envelopes
    assert envelope.mail_from == "no-reply@linsheng.example"
    assert envelope.rcpt_tos == ["resident@example.cn"]
    got = message_from_bytes(envelope.content, policy=default)
    assert got["Message-ID"] == mail["Message-ID"]
    assert got.get_content().splitlines() == ["王女士：", ".电梯已检修。"]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("saas")]
    assert len(ours) == 1
    assert ours[0].isascii()
    assert "resident" not in ours[0]


@pytest.mark.parametrize("code", [421, 450, 452, 550, 552, 554])
@pytest.mark.parametrize("step", ["greeting", "MAIL", "RCPT", "DATA", "text"])
def test_a_refusal_says_when_and_whether_for_good(mail, code, step):
    def behave(talk: Talk) -> None:
        if step == "greeting":
            return talk.say(f"{code} no")
        talk.say("220 test")
        talk.hear()
        talk.say("250 OK")
        for verb in ("MAIL", "RCPT", "DATA"):
            assert talk.hear().upper().startswith(verb.encode())
            if verb == step:
                talk.say(f"{code}-5.1.1 <resident@example.cn>: unknown", f"{code} \u7528\u6237")
                return talk.hang()
            talk.say("354 go" if verb == "DATA" else "250 OK")
        talk.hear(b"\r\n.\r\n")
        talk.say(f"{code} no")
        talk.hang()

    with serving(behave) as (port, heard):
        outcome = send(mail, f"smtp://127.0.0.1:{port}", timeout=5)
    assert isinstance(outcome, Refused)
    assert outcome.code == code
    assert outcome.permanent == (code >= 500 and step != "greeting")
    assert outcome.text.isascii()
    assert "resident@" not in outcome.text
    assert (step == "text") == any(b"Message-ID" in words for words in heard)


def test_nobody_listens(mail):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    assert send(mail, f"smtp://127.0.0.1:{port}") == Refused(
        0, "no conversation: ConnectionRefusedError", permanent=False
    )


def test_the_name_of_the_server_is_unknown(mail):
    outcome = send(mail, "smtp://mail.invalid:25", timeout=5)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent


def silent(talk: Talk) -> None:
    talk.hang()


def silent_after_ehlo(talk: Talk) -> None:
    talk.say("220 test")
    talk.hang()


def dropped_at_once(talk: Talk) -> None:
    talk.drop()


def dropped_after_rcpt(talk: Talk) -> None:
    talk.say("220 test")
    for _ in ("EHLO", "MAIL"):
        talk.hear()
        talk.say("250 OK")
    talk.hear()
    talk.drop()


def dropped_instead_of_354(talk: Talk) -> None:
    talk.say("220 test")
    for _ in ("EHLO", "MAIL", "RCPT"):
        talk.hear()
        talk.say("250 OK")
    talk.hear()
    talk.connection.close()


def noise(talk: Talk) -> None:
    talk.connection.sendall(b"\x00\xff" * 9_000 + b"\r\n")
    talk.hang()


def greeting_dripping_for_ever(talk: Talk) -> None:
    while True:
        talk.say("220-wait")


@pytest.mark.parametrize(
    "behave",
    [
        silent, silent_after_ehlo, dropped_at_once, dropped_after_rcpt, dropped_instead_of_354,
        noise, greeting_dripping_for_ever,
    ],
)  # fmt: skip
def test_before_the_text_a_lost_contact_is_a_refusal_that_may_be_retried(mail, behave):
    with serving(behave) as (port, heard):
        outcome = send(mail, f"smtp://127.0.0.1:{port}", timeout=0.3, deadline=1)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
    assert not any(b"Message-ID" in words for words in heard)


def text_never_answered(talk: Talk) -> None:
    talk.up_to_data()
    talk.hear(b"\r\n.\r\n")
    talk.hang()


def dropped_after_the_final_dot(talk: Talk) -> None:
    talk.up_to_data()
    talk.hear(b"\r\n.\r\n")
    talk.drop()


def closed_after_the_final_dot(talk: Talk) -> None:
    talk.up_to_data()
    talk.hear(b"\r\n.\r\n")


def dropped_inside_the_text(talk: Talk) -> None:
    talk.up_to_data()
    talk.hear()
    talk.drop()


def half_an_answer(talk: Talk) -> None:
    talk.up_to_data()
    talk.hear(b"\r\n.\r\n")
    talk.say("250-que")


def answer_dripping_for_ever(talk: Talk) -> None:
    talk.up_to_data()
    talk.hear(b"\r\n.\r\n")
    while True:
        talk.say("250-wait")


def nonsense_after_the_text(talk: Talk) -> None:
    talk.up_to_data()
    talk.hear(b"\r\n.\r\n")
    talk.say("ok!")
    talk.hang()


@pytest.mark.parametrize(
    "behave",
    [
        text_never_answered, dropped_after_the_final_dot, closed_after_the_final_dot, dropped_inside_the_text,
        half_an_answer, answer_dripping_for_ever, nonsense_after_the_text,
    ],
)  # fmt: skip
def test_after_the_text_began_a_lost_contact_is_unknown(mail, behave):
    with serving(behave) as (port, _):
        outcome = send(mail, f"smtp://127.0.0.1:{port}", timeout=0.3, deadline=1)
    assert isinstance(outcome, Unknown), outcome


def test_a_slow_goodbye_does_not_change_an_acceptance(mail):
    def behave(talk: Talk) -> None:
        talk.up_to_data()
        talk.hear(b"\r\n.\r\n")
        talk.say("250 queued")
        talk.drop()

    with serving(behave) as (port, heard):
        assert send(mail, f"smtp://127.0.0.1:{port}") == Accepted(250, "queued")
    assert heard[1] == b"mail FROM:<no-reply@linsheng.example>"


def behind_tls(talk: Talk) -> None:
    talk.secure()
    talk.up_to_data()
    talk.hear(b"\r\n.\r\n")
    talk.say("250 queued")


def starttls_with_password(talk: Talk) -> None:
    talk.say("220 test")
    talk.hear()
    talk.say("250-test", "250 STARTTLS")
    assert talk.hear().upper() == b"STARTTLS"
    talk.say("220 go")
    talk.secure()
    talk.hear()
    talk.say("250-test", "250 AUTH PLAIN")
    assert talk.hear().upper().startswith(b"AUTH PLAIN")
    talk.say("235 welcome")
    for _ in ("MAIL", "RCPT"):
        talk.hear()
        talk.say("250 OK")
    talk.hear()
    talk.say("354 go on")
    talk.hear(b"\r\n.\r\n")
    talk.say("250 queued")


@pytest.mark.parametrize(
    ("behave", "url"),
    [(behind_tls, "smtps://localhost:{}"), (starttls_with_password, "smtp+starttls://us%40er:p%3Aw@localhost:{}")],
)
def test_tls_delivers_to_a_trusted_server_only(mail, monkeypatch, behave, url):
    with serving(behave) as (port, heard):
        distrust = send(mail, url.format(port))
    assert distrust == Refused(0, "no conversation: SSLCertVerificationError", permanent=False)
    assert not any(b"AUTH" in words for words in heard)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with serving(behave) as (port, _):
        assert send(mail, url.format(port)) == Accepted(250, "queued")


def test_a_server_without_starttls_gets_nothing(mail):
    def behave(talk: Talk) -> None:
        talk.say("220 test")
        talk.hear()
        talk.say("250 test")
        talk.hang()

    with serving(behave) as (port, heard):
        outcome = send(mail, f"smtp+starttls://u:secret@localhost:{port}")
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
    assert len(heard) == 1


def test_a_wrong_password_is_our_fault_not_the_mails(mail):
    def behave(talk: Talk) -> None:
        talk.say("220 test")
        talk.hear()
        talk.say("250-test", "250 AUTH PLAIN")
        talk.hear()
        talk.say("535 no")
        talk.hang()

    with serving(behave) as (port, _):
        assert send(mail, f"smtp://u:p@127.0.0.1:{port}") == Refused(535, "no", permanent=False)


@pytest.mark.parametrize(
    "url",
    ["", "http://x", "smtp://", "smtp://u:p@mail.example.cn:25", "smtp://h:port", "smtp://h:99999", "mail.example.cn"],
)
def test_an_unusable_server_address_is_said_at_once(mail, url):
    with pytest.raises(ValueError, match=r"SMTP_URL|[Pp]ort"):
        send(mail, url)


def test_outcomes_keep_the_servers_words_out_of_logs():
    assert "words" not in repr(Accepted(250, "words")) + repr(Refused(550, "words", permanent=True))
    assert smtplib.SMTP.debuglevel == 0
