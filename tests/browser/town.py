"""One company with its people, made by the product's own actions; everybody signs in once through the real form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, StorageState, expect

from saas.db import db
from saas.tenancy.models import Tenant
from tests.browser.live import Live
from tests.browser.visitor import field, visiting
from tests.furnished import PASSWORD, Company, mail_of
from tests.world import Place


@dataclass
class Town:
    """The company, and browsers for its people."""

    company: Company
    browser: Browser
    live: Live
    kept: dict[str, StorageState]

    @contextmanager
    def inside(self, place: Place | None = None) -> Iterator[None]:
        """An app context in 云栖花园 (or another place); commit is the caller's."""
        with (place or self.company.yunqi).inside():
            yield

    @contextmanager
    def running_platform(self, place: Place) -> Iterator[Tenant]:
        """An app context outside every tenant, for platform actions on this place; committed at the end."""
        with self.company.world.app.app_context():
            yield db.session.get_one(Tenant, place.tenant_id)
            db.session.commit()

    def visit(self, role: str = "", **options: Any) -> AbstractContextManager[Page]:
        """A browser of one's own, signed in as this role."""
        if role and role not in self.kept:
            with visiting(self.browser, self.live.url) as page:
                sign_in(page, mail_of(role))
                self.kept[role] = page.context.storage_state()
        signed = {"storage_state": self.kept[role]} if role else {}
        return visiting(self.browser, self.live.url, **(signed | options))


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Through the front door."""
    page.goto("/login")
    field(page, "邮箱").fill(email)
    field(page, "密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).not_to_have_url(re.compile("/login$"))
