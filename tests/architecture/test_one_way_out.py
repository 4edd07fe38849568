"""Nothing reaches a customer but through a release (H1, promise 1): who can send a mail at all, by the imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS = "tenants/releases/delivery.py"
# The kernel's own mails to staff; their recipients are rows of users and staff, never of customers.
STAFF = {"saas/identity/mails.py", "tenants/obligations/mailing.py"}
# Whatever opens or takes a connection by itself; database and Valkey are spoken to by their own libraries.
WIRES = {
    "smtplib", "aiosmtplib", "aiosmtpd", "imaplib", "poplib", "http", "urllib.request", "ftplib", "telnetlib",
    "requests", "httpx", "aiohttp", "urllib3", "socket", "socketserver", "asyncio", "xmlrpc",
}  # fmt: skip
# Who does, and what for. Add to this list only with a reason: this is the whole of the product, not of one layer.
SPEAKERS = {
    "saas/mail/delivery.py": {"smtplib"},
    "workers/catcher.py": {"aiosmtpd", "asyncio", "socket"},  # takes the mails of a trial and sends none
    "workers/run.py": {"http", "socket"},  # asks the web server of this machine whether it is up
}


def imports(path: Path) -> Iterator[str]:
    """Every imported name of a module, `package.module.name`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> Iterator[tuple[str, set[str]]]:
    """Every module of the product with what it imports."""
    for top in ("saas", "tenants", "workers"):
        for path in (ROOT / top).rglob("*.py"):
            yield path.relative_to(ROOT).as_posix(), set(imports(path))


@pytest.mark.rule("H1")
def test_only_releases_send_to_customers() -> None:
    senders = {
        name
        for name, wanted in modules()
        if not name.startswith("saas/mail/")
        and wanted & {"saas.mail.send", "saas.mail.delivery.send", "saas.mail.delivery", "saas.mail", "saas.mail.*"}
    }
    assert CUSTOMERS in senders
    assert senders <= {CUSTOMERS, *STAFF}


@pytest.mark.rule("H1")
def test_nobody_else_speaks_to_a_server_outside() -> None:
    speakers = {
        name: {wire for wire in WIRES for each in wanted if each == wire or each.startswith(f"{wire}.")}
        for name, wanted in modules()
    }
    assert {name: wires for name, wires in speakers.items() if wires} == SPEAKERS


@pytest.mark.rule("H1")
def test_staff_mails_know_no_customers() -> None:
    for name in STAFF:
        if (ROOT / name).exists():
            assert not any("customers" in wanted or "releases" in wanted for wanted in imports(ROOT / name)), name
