"""Look at a page with axe-core, in both colours and sizes."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import PHONE

AXE = Path(__file__).parents[2] / ".local/vendor/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """options => axe.run(document, options).then(found => found.violations.map(
    v => [v.id, v.nodes[0].html.slice(0, 200), v.nodes[0].failureSummary.split('\\n')[1] || '']))"""
DRAWN = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable", "landmark-unique"]
QUICK = {"resultTypes": ["violations"], "preload": False, "elementRef": False}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def look(page: Page, *, phone: bool = True) -> list[Any]:
    """What axe finds on a wide screen in light and on a phone in dark, and whether 320 px are enough.

    Without `phone`, of the phone only what hangs on sizes and colours.

    The page must come from a visit with `bypass_csp=True`.
    """
    if not AXE.exists():
        pytest.skip("axe is not here: bin/test fetches it")
    wide, narrow = {"width": 1440, "height": 900}, PHONE["viewport"]
    everything = {"runOnly": {"type": "tag", "values": TAGS}, **QUICK}
    drawn = {"runOnly": {"type": "rule", "values": DRAWN}, **QUICK}
    found: list[Any] = []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for size, colours, rules in ((wide, "light", everything), (narrow, "dark", everything if phone else drawn)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=colours)
        found += [[colours, *each] for each in page.evaluate(RUN, rules)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    if wider := page.evaluate(OVERFLOW):
        found.append(f"{wider} px wider than a screen of 320 px")
    return found
