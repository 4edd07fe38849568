"""Writing one mail to one recipient. Nothing a person typed can become a header, a second recipient or a new part."""

import re
import uuid
from collections.abc import Mapping
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from saas.clock import now


class Written(EmailPolicy):
    """Keeps headers as we encoded them: the stdlib's own folding puts spaces into long Chinese names and subjects."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Take the header verbatim; reading it parses as usual."""
        return name, value


# 7bit: every body is sent as quoted-printable or base64, so no server on the way has to know 8BITMIME.
POLICY = Written(linesep="\r\n", cte_type="7bit", refold_source="none")

OURS = frozenset(
    ("from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "auto-submitted", "mime-version")
)
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,180}>")
MAILBOX = re.compile(r"(?:(?P<name>[^<>]*)<(?P<inner>[^<>]*)>|(?P<bare>[^<>]*))")
ATOM = r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+"  # no "?": it could make an encoded word of a local part
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
LOCAL_PART = re.compile(rf"(?=.{{1,64}}$){ATOM}(?:\.{ATOM})*")
DOMAIN = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*")


def new_message_id(domain: str = "linsheng.invalid") -> str:
    """A Message-ID to commit with the attempt before the send; it says nothing about machine, time or recipient."""
    return f"<{uuid.uuid4().hex}@{domain}>"


def compose(
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    *,
    message_id: str,
    sender: str,
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """Write a mail. `to` and `sender` are `a@b.cn` or `姓名 <a@b.cn>`; `headers` are extra headers of ours.

    Line breaks and control characters in the subject or in names become spaces. Raises ValueError for an address, a
    Message-ID or an extra header that cannot stand in a mail.
    """
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError("not a Message-ID of ours")
    mail = EmailMessage(POLICY)
    mail["From"] = mailbox(sender, "From")
    mail["To"] = mailbox(to, "To")
    mail["Subject"] = encoded(one_line(subject)[:400], "Subject")
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: holiday answers and list software stay quiet
    for name, value in (headers or {}).items():
        if not HEADER_NAME.fullmatch(name) or name.lower() in OURS or name.lower().startswith("content-"):
            raise ValueError(f"not an extra header: {name!r}")
        if value != one_line(value) or not value.isascii() or "=?" in value or len(value) > 900:
            raise ValueError(f"header {name} is not one short line of plain ASCII")
        mail[name] = value
    mail.set_content(printable(text))
    if html is not None:
        mail.add_alternative(printable(html), subtype="html")
    return mail


def address(written: str) -> tuple[str, str]:
    """Read `a@b.cn` or `姓名 <a@b.cn>` as name and address: exactly one mailbox, its domain in ASCII.

    Raises ValueError otherwise, without repeating what was written.
    """
    found = MAILBOX.fullmatch(written)
    spec = ((found["inner"] or found["bare"] or "") if found else "").strip(" ")
    local, at, domain = spec.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        at = ""
    if not (found and at and LOCAL_PART.fullmatch(local) and DOMAIN.fullmatch(domain)):
        raise ValueError("not an e-mail address")
    return one_line(found["name"] or "").strip('" ')[:80], f"{local}@{domain}"


def mailbox(written: str, header: str) -> str:
    """One mailbox as the value of `header`."""
    name, spec = address(written)
    return f"{encoded(name, header)} <{spec}>" if name else spec


def encoded(text: str, header: str) -> str:
    """Encoded words (RFC 2047) of one clean line: pure ASCII in which nothing typed can be read as syntax."""
    return Header(text, "utf-8", header_name=header).encode() if text else ""


def one_line(text: str) -> str:
    """Text fit for a header: one line without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in whole(text)).split())


def printable(text: str) -> str:
    """Body text with plain line ends and without control characters."""
    lines = re.sub(r"\r\n?", "\n", whole(text))
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", lines)


def whole(text: str) -> str:
    """Replace halves of surrogate pairs, which no encoding can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
