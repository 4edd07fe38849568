"""Handing one mail to an SMTP server, step by step, so that after any failure we know whether it may have gone out."""

import logging
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Timer
from urllib.parse import SplitResult, unquote, urlsplit

log = logging.getLogger(__name__)

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
ADDRESS = re.compile(r"[^\s<>:;,]+@[^\s<>:;,]+")


@dataclass(frozen=True)
class Accepted:
    """The server took the mail over: it must never be sent again."""

    code: int
    text: str = field(repr=False)


@dataclass(frozen=True)
class Refused:
    """Nothing was taken over. Not `permanent`: the same mail may be tried later. Code 0: the server gave no answer."""

    code: int
    text: str = field(repr=False)
    permanent: bool


@dataclass(frozen=True)
class Unknown:
    """结果不明: the text was on its way when contact was lost. A person decides; it is never resent by itself."""

    why: str


Outcome = Accepted | Refused | Unknown


def send(message: EmailMessage, smtp_url: str, timeout: float = 30, deadline: float = 120) -> Outcome:
    """Hand `message` to the server of `smtp_url` (smtp://, smtps:// or smtp+starttls://, `user:password@` optional).

    `timeout` seconds bound each answer, `deadline` seconds the whole conversation. Never raises for what a server or a
    network does; raises ValueError for an unusable address of the server, before anything is sent (promise 4).
    """
    url = server(smtp_url)
    sender = message["From"].addresses[0]
    connection = connect_later(url, timeout, hello=sender.domain)
    watchdog = Timer(deadline, hang_up, [connection])
    watchdog.daemon = True
    watchdog.start()
    try:
        outcome = greet(connection, url) or converse(connection, message)
        if isinstance(outcome, Accepted):
            part(connection)
    finally:
        watchdog.cancel()
        connection.close()
    log.info("mail %s: %r", ascii(str(message["Message-ID"])), outcome)
    return outcome


def server(smtp_url: str) -> SplitResult:
    """Check the configured address. Raises ValueError; a password crosses a network only under TLS."""
    url = urlsplit(smtp_url)
    if url.scheme not in PORTS or not url.hostname:
        raise ValueError("SMTP_URL must look like smtp://host:port, smtps://… or smtp+starttls://user:password@host")
    if url.username and url.scheme == "smtp" and url.hostname not in LOOPBACK:
        raise ValueError("SMTP_URL has a password but no TLS: write smtps:// or smtp+starttls://")
    return url


def connect_later(url: SplitResult, timeout: float, hello: str) -> smtplib.SMTP:
    """An unconnected client. EHLO names the sender's domain: the machine's own name is nobody's business."""
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(local_hostname=hello, timeout=timeout, context=ssl.create_default_context())
    return smtplib.SMTP(local_hostname=hello, timeout=timeout)


def greet(connection: smtplib.SMTP, url: SplitResult) -> Refused | None:
    """Connect, EHLO, STARTTLS and log in. A refusal here is about us, not about the mail, so it is never permanent."""
    host = url.hostname or ""
    try:
        connection._host = host  # type: ignore[attr-defined]  # TLS checks this name; only the constructor sets it
        code, text = connection.connect(host, url.port or PORTS[url.scheme])
        if code != 220:
            return Refused(code, readable(text), permanent=False)
        connection.ehlo_or_helo_if_needed()
        if url.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo_or_helo_if_needed()
        if url.username:
            connection.login(unquote(url.username), unquote(url.password or ""))
    except smtplib.SMTPResponseException as refusal:
        return Refused(refusal.smtp_code, readable(refusal.smtp_error), permanent=False)
    except (OSError, smtplib.SMTPException, UnicodeError) as failure:
        return Refused(0, f"no conversation: {type(failure).__name__}", permanent=False)
    return None


def converse(connection: smtplib.SMTP, message: EmailMessage) -> Outcome:
    """MAIL, RCPT, DATA, then the text. From its first byte on, silence means Unknown."""
    content = re.sub(rb"(?m)^\.", b"..", message.as_bytes())
    size = [f"size={len(content)}"] if connection.has_extn("size") else []
    try:
        code, text = connection.mail(message["From"].addresses[0].addr_spec, size)
        if code == 250:
            code, text = connection.rcpt(message["To"].addresses[0].addr_spec)
        if code in (250, 251):
            code, text = connection.docmd("DATA")
        if code != 354:
            return Refused(code, readable(text), permanent=500 <= code < 600)
    except (OSError, smtplib.SMTPException) as failure:
        return Refused(0, f"lost before the text: {type(failure).__name__}", permanent=False)
    try:
        connection.send(content)
        connection.send(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
        code, text = connection.getreply()
    except (OSError, smtplib.SMTPException) as failure:
        return Unknown(f"no answer after the text: {type(failure).__name__}")
    if 200 <= code < 300:
        return Accepted(code, readable(text))
    if 400 <= code < 600:
        return Refused(code, readable(text), permanent=code >= 500)
    return Unknown(f"answer not understood after the text: {code}")


def part(connection: smtplib.SMTP) -> None:
    """Say QUIT, without letting a slow goodbye change what is already certain."""
    with suppress(OSError, smtplib.SMTPException):
        if connection.sock:
            connection.sock.settimeout(2)
        connection.docmd("QUIT")


def hang_up(connection: smtplib.SMTP) -> None:
    """End a conversation that drips on past its deadline: the waiting read fails, the phase decides the outcome."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(2)  # type: ignore[union-attr]


def readable(answer: bytes | str) -> str:
    """The server's words for a person: one line of ASCII without the addresses it quoted."""
    text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    flat = " ".join("".join(c if " " <= c <= "~" else " " for c in text).split())
    return ADDRESS.sub("***", flat)[:200]
