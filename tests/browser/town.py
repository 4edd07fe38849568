"""One company with its people, made by the product's own actions; everybody signs in once through the real form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, StorageState, expect

from saas.companies import members as memberships
from saas.db import db
from saas.identity.actions import appoint_operator
from saas.identity.passwords import hashed
from saas.identity.people import find_or_add
from saas.tenancy.models import Tenant
from tests.browser.live import Live
from tests.browser.visitor import field, visiting
from tests.world import OPERATOR, Place, World

PASSWORD = "桂花开的时候我们回家吧"
OFFICE = {
    "company_admin": "钱文博", "quality": "孟晓岚", "complaint_officer": "何静", "division_leader": "韩立群",
    "general_manager": "王海峰",
}  # fmt: skip
CREW = {
    "steward": "林晓燕", "front_desk": "孙雨薇", "service_supervisor": "周敏", "project_manager": "陈志远",
    "engineering_supervisor": "吴涛", "technician": "赵强", "information_supervisor": "高洁",
}  # fmt: skip
ROLES = ("platform_operator", *OFFICE, *CREW)


def mail_of(role: str) -> str:
    return f"{role.replace('_', '.')}@xiangrui.example"


@dataclass
class Town:
    """祥瑞物业: 云栖花园 with a crew and a household, 翡翠湾 with nothing."""

    world: World
    browser: Browser
    live: Live
    office: Place
    yunqi: Place
    feicui: Place
    kept: dict[str, StorageState]

    def home(self, role: str) -> str:
        """Where this role starts."""
        if role == "platform_operator":
            return "/operator/companies"
        return f"/xiangrui/{self.office.slug if role in OFFICE else 'yunqi'}/"

    @contextmanager
    def inside(self, place: Place | None = None) -> Iterator[None]:
        """An app context in 云栖花园 (or another place); commit is the caller's."""
        with (place or self.yunqi).inside():
            yield

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


def build(world: World, browser: Browser, live: Live) -> Town:
    """Set the stage."""
    office = world.company()
    yunqi, feicui = world.project(office), world.project(office, "feicui", "翡翠湾")
    known = hashed(PASSWORD)
    with world.app.app_context():
        appoint_operator(mail_of("platform_operator"), "平台运营", by=OPERATOR)
        db.session.commit()
        names = {"platform_operator": "平台运营"} | OFFICE | CREW
        for role in ROLES:
            find_or_add(db.session(), mail_of(role), names[role]).password_hash = known
        db.session.commit()
    for place, people in ((office, OFFICE), (yunqi, CREW)):
        for role, name in people.items():
            with world.app.app_context():
                memberships.take_in(
                    db.session.get_one(Tenant, place.tenant_id), mail_of(role), name, [role], by=OPERATOR
                )
                db.session.commit()
    town = Town(world, browser, live, office, yunqi, feicui, {})
    return town
