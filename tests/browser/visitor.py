"""Somebody with a browser. What a person would not see but must not happen is noted and fails the test."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, Response

DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NARROW = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
STATUS_LINE = "Failed to load resource"  # Chromium's echo of a 4xx: the answers themselves are watched


@dataclasses.dataclass
class Faults:
    """What went wrong behind the page."""

    seen: list[str] = dataclasses.field(default_factory=list)
    allowed: set[int] = dataclasses.field(default_factory=set)
    expected: str = ""

    def watch(self, page: Page) -> None:
        """Listen to a page from its birth."""
        page.on("console", self._console)
        page.on("pageerror", self._thrown)
        page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        wanted = self.expected and message.text.startswith(self.expected)
        if message.type in ("error", "warning") and not (wanted or message.text.startswith(STATUS_LINE)):
            self.seen.append(f"console: {message.text}")

    def _thrown(self, error: Error) -> None:
        self.seen.append(f"uncaught: {error.message}")

    def _answered(self, response: Response) -> None:
        status = response.status
        if status >= 500 or (status >= 400 and status not in self.allowed):
            self.seen.append(f"{status} {response.request.method} {response.url}")


def field(page: Page, label: str) -> Locator:
    """The control with exactly this label; the star of a required one is not part of its name."""
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))


@contextmanager
def visiting(
    browser: Browser,
    url: str,
    *,
    allowed: tuple[int, ...] = (),
    expected: str = "",
    script: bool = True,
    **options: Any,
) -> Iterator[Page]:
    """A fresh context with one page. Fails on script errors, CSP violations, 5xx and any 4xx that is not `allowed`;
    what the console says may begin with `expected`."""
    faults = Faults(allowed={*allowed, 422}, expected=expected)
    context: BrowserContext = browser.new_context(
        base_url=url, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=script,
        reduced_motion="reduce", **(DESKTOP | options),
    )  # fmt: skip
    context.set_default_timeout(20_000)
    context.on("page", faults.watch)
    try:
        page = context.new_page()
        yield page
        if script:
            page.evaluate("1")  # one more turn, so that late errors are heard
    finally:
        context.close()
    assert not faults.seen, "\n".join(faults.seen)
