"""Reading caught mails for display. A mail is hostile input: whatever is broken in it, reading it never fails."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from saas.mailbox.box import NAME, folder, names

HEAD = 64 * 2**10  # bytes read for a line of the list
SHOWN = 100_000  # letters of a mail's text; more would only slow the browser down
LINK = re.compile(r"https?://[^\s<>\"'，。；：！？、（）《》「」“”]+")
SILENT = frozenset({"script", "style", "head", "title", "template"})
BREAKS = frozenset({"p", "br", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "blockquote", "hr"})


@dataclass(frozen=True)
class Line:
    """One mail in the list. `arrived` is aware UTC."""

    name: str
    arrived: datetime
    sender: str
    to: str
    subject: str


@dataclass(frozen=True)
class Letter(Line):
    """One mail opened: text only, its http(s) links, and names and sizes (bytes) of what was attached."""

    text: str
    links: list[str]
    attachments: list[tuple[str, int]]
    from_html: bool

    @property
    def paragraphs(self) -> list[list[str]]:
        """The lines of each paragraph."""
        parts = re.split(r"\n[ \t]*\n+", self.text.replace("\r\n", "\n").strip("\n"))
        return [part.split("\n") for part in parts]


def latest(home: Path, limit: int = 50, offset: int = 0) -> tuple[list[Line], int]:
    """The newest mails and the number of all."""
    every = names(home)
    lines = []
    for name in every[offset : offset + limit]:
        path = folder(home) / f"{name}.eml"
        if path.exists():  # the catcher may just have dropped it
            with path.open("rb") as file:
                lines.append(line(name, parse(file.read(HEAD))))
    return lines, len(every)


def opened(home: Path, name: str) -> Letter | None:
    """One mail, or None when there is none of this name."""
    path = folder(home) / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.exists():
        return None
    mail = parse(path.read_bytes())
    plain, html, attachments = bodies(mail)
    reader = Reader()
    with suppress(AssertionError):  # the stdlib's answer to <![nonsense; what came before it has been read
        reader.feed(html)
        reader.close()
    text = plain if plain.strip() else reader.text()
    links = [link.rstrip(".,;:!?)]") for link in LINK.findall(text)] + [link for link in reader.links if is_web(link)]
    first = line(name, mail)
    return Letter(
        **vars(first),
        text=text[:SHOWN],
        links=list(dict.fromkeys(links))[:50],
        attachments=attachments,
        from_html=not plain.strip() and bool(html),
    )


def parse(data: bytes) -> EmailMessage:
    """Bytes to a message; the parser notes defects instead of raising."""
    mail = message_from_bytes(data, policy=default)
    return mail if isinstance(mail, EmailMessage) else EmailMessage()


def line(name: str, mail: EmailMessage) -> Line:
    """What the list shows of one mail."""
    arrived = datetime.fromtimestamp(int(name[:20]) / 1e9, UTC)
    return Line(name, arrived, header(mail, "From"), header(mail, "To"), header(mail, "Subject"))


def header(mail: EmailMessage, name: str) -> str:
    """A header's text; one that cannot be decoded is shown raw."""
    raw = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    try:
        found = str(make_header(decode_header(raw)))
    except (LookupError, ValueError, MessageError):
        found = raw
    return " ".join(found.encode("utf-8", "replace").decode("utf-8").split())[:500]


def bodies(mail: EmailMessage) -> tuple[str, str, list[tuple[str, int]]]:
    """First plain text, first HTML, and the attachments of a mail."""
    shown = {"text/plain": "", "text/html": ""}
    attachments = []
    for part in mail.walk():
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        data = part.get_payload(decode=True)
        data = data if isinstance(data, bytes) else b""
        if kind in shown and not shown[kind] and not filename(part):
            shown[kind] = decoded(data, part.get_content_charset("utf-8"))
        else:
            attachments.append((filename(part) or kind, len(data)))
    return shown["text/plain"], shown["text/html"], attachments


def filename(part: object) -> str:
    """The name of an attachment, empty for a body part or a broken name."""
    try:
        return str(part.get_filename() or "")  # type: ignore[attr-defined]
    except Exception:
        return "?"


def decoded(data: bytes, charset: str) -> str:
    """Bytes to text in the charset the mail names, or UTF-8 when there is no such charset."""
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def is_web(link: str) -> bool:
    """Only http and https are offered as links."""
    try:
        return urlsplit(link).scheme in ("http", "https")
    except ValueError:
        return False


class Reader(HTMLParser):
    """Turns an HTML body into lines of text and a list of its links; nothing of it is ever rendered."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect links and line breaks; stop listening inside scripts and styles."""
        self.silent += tag in SILENT
        self.parts += ["\n"] if tag in BREAKS else []
        self.links += [value.strip() for key, value in attrs if tag == "a" and key == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        """Listen again after a script or style."""
        self.silent = max(0, self.silent - (tag in SILENT))
        self.parts += ["\n"] if tag in BREAKS else []

    def handle_data(self, data: str) -> None:
        """Keep visible text."""
        if not self.silent:
            self.parts.append(data)

    def text(self) -> str:
        """What was visible, with at most one empty line in a row."""
        rows = [" ".join(row.split()) for row in "".join(self.parts).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()
