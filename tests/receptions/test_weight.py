"""The page of the desk is light enough for a phone in a basement (issue: ≤ 40 KiB compressed, with everything)."""

import gzip
import re

import pytest

from tests.receptions.conftest import Lobby

NAMED = re.compile(r"""(?:<link\b[^>]*?\bhref|<use\b[^>]*?\bhref|\bsrc)="([^"#]+)""")
MOST = 40 * 1024


@pytest.mark.rule("C2")
def test_the_page_with_everything_travels_in_forty_kib(lobby: Lobby) -> None:
    page = lobby.front.get("receptions/new").data
    parts = {"html": len(gzip.compress(page, 6))}
    for address in dict.fromkeys(NAMED.findall(page.decode())):
        answer = lobby.front.get(address, buffered=True)
        if answer.status_code == 200:
            parts[address.partition("?")[0]] = len(gzip.compress(answer.data, 6))
    assert {name.rsplit("/", 1)[-1] for name in parts} >= {"html", "app.css", "app.js", "reception.js"}
    assert sum(parts.values()) <= MOST, parts
