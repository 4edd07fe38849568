"""Look at a page with axe-core, in both colours and sizes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import PHONE

AXE = Path(__file__).parents[2] / ".local/vendor/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """options => axe.run(document, options).then(found => found.violations.map(
    v => [v.id, v.nodes[0].html.slice(0, 200), v.nodes[0].failureSummary.split('\\n')[1] || '']))"""
QUICK = {"resultTypes": ["violations"], "preload": False, "elementRef": False}
Screen = tuple[str, Any]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


WIDE, NARROW = ("light", {"width": 1440, "height": 900}), ("dark", PHONE["viewport"])


def look(page: Page, screens: Iterable[Screen] = (WIDE, NARROW)) -> list[Any]:
    """What axe finds on these screens (light on the wide one, dark on the phone), and whether 320 px are enough.

    The page must come from a visit with `bypass_csp=True`.
    """
    if not AXE.exists():
        pytest.skip("axe is not here: bin/test fetches it")
    everything = {"runOnly": {"type": "tag", "values": TAGS}, **QUICK}
    found: list[Any] = []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for colours, size in screens:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=colours)
        found += [[colours, *each] for each in page.evaluate(RUN, everything)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    if wider := page.evaluate(OVERFLOW):
        found.append(f"{wider} px wider than a screen of 320 px")
    return found
