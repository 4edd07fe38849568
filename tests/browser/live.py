"""The product's own processes over the test database: web, catcher, relay, mail, PDF and board workers."""

import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TypeVar

from saas.mailbox import box
from workers.supervisor import Child, Supervisor

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
PYTHON = (sys.executable, "-P", "-m")
PATIENCE = 30.0  # seconds, for what takes two at the most on an idle machine
LINK = re.compile(r"https?://\S+")

Found = TypeVar("Found")


def free_port() -> int:
    with socket.create_server((HOST, 0)) as door:
        return int(door.getsockname()[1])


def eventually(look: Callable[[], Found], what: str) -> Found:
    """What `look` answers as soon as it answers something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {PATIENCE:g} s")


class Live:
    """The running product: its address and its mailbox."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port, self.url = home, port, f"http://{HOST}:{port}"
        self.opened: dict[str, EmailMessage] = {}

    def mails(self, to: str) -> list[EmailMessage]:
        """The mails to this address, oldest first; each is opened once."""
        names = box.names(self.home)[::-1]
        for name in names:
            if name not in self.opened:
                data = (box.folder(self.home) / f"{name}.eml").read_bytes()
                self.opened[name] = message_from_bytes(data, policy=policy.default)
        return [self.opened[name] for name in names if to in str(self.opened[name]["To"])]

    def mail(self, to: str, subject: str = "") -> EmailMessage:
        """The newest mail to this address with these words in its subject; waits for it."""

        def look() -> EmailMessage | None:
            return next((mail for mail in reversed(self.mails(to)) if subject in str(mail["Subject"])), None)

        return eventually(look, f"the mail to {to}")

    def link(self, to: str, subject: str = "") -> str:
        """The address in the newest such mail."""
        found = LINK.search(words(self.mail(to, subject)))
        assert found, f"no link in the mail to {to}"
        return found[0]

    def answers(self) -> bool:
        """Whether the web server takes requests."""
        with suppress(OSError, HTTPException):
            connection = HTTPConnection(HOST, self.port, timeout=2)
            try:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == 200
            finally:
                connection.close()
        return False


def words(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@contextmanager
def running(home: Path, redis_url: str, secret_key: str) -> Iterator[Live]:
    """Start the processes on a bootstrapped home and stop them in order."""
    live, smtp = Live(home, free_port()), free_port()
    (home / "secret").write_text(secret_key)  # the test process and the server trust the same links
    told = {
        "LINSHENG_HOME": str(home), "REDIS_URL": redis_url, "SMTP_URL": f"smtp://{HOST}:{smtp}",
        "LINSHENG_CATCHER": "1", "BASE_URL": live.url, "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    granian = Path(sys.executable).with_name("granian")
    web = ("--interface", "wsgi", "--host", HOST, "--port", str(live.port), "--blocking-threads", "4", "--no-ws")
    with Supervisor(home, say=lambda _: None) as supervisor:
        for child in (
            Child("web", [granian, *web, "wsgi:app"], told, door=True),
            Child("catcher", [*PYTHON, "workers.catcher"], told | {"CATCHER_PORT": str(smtp)}),
            Child("mail", [*PYTHON, "workers.rqworker", "mail"], told, patience=20),
            Child("pdf", [*PYTHON, "workers.rqworker", "pdf"], told, patience=20),
            Child("board", [*PYTHON, "workers.rqworker", "board"], told, patience=20),
            Child("relay", [*PYTHON, "workers.relay"], told),
        ):
            supervisor.spawn(child)
        eventually(live.answers, f"the web server (see {home}/log/web.log)")
        yield live
