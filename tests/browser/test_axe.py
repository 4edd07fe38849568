"""Nothing for axe to complain about, on any page that links lead to; nothing wider than the narrowest phone."""

import re
from itertools import groupby
from operator import itemgetter
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from saas.db import db
from tenants.complaints.facts import Door
from tenants.complaints.links import status_link
from tenants.price_lists.models import Display
from tenants.reports.models import CommitteeLink, Report
from tests.browser.axe import NARROW, WIDE, look
from tests.browser.town import Town
from tests.crawling import Visited, pattern

NO_PAGE = re.compile(r"(\.xlsx|/file|/people|/pick|/(pictures|sheets)/\*)$")
# Who sees the most of it; what one of them has shown is not looked at again for the next.
ROLES = ("project_manager", "company_admin", "platform_operator", "steward", "division_leader")


@pytest.fixture(scope="module")
def pages(town: Town, crawled: dict[str, list[Visited]]) -> list[tuple[str, str]]:
    """(role, path) of one page of each kind, as the first of the roles finds it."""
    found: dict[str, tuple[str, str]] = {}
    for role in ROLES:
        for path, _, status in crawled[role]:
            kind = pattern(urlsplit(path).path)
            if (project := kind.split("/")[2:3]) and path != town.company.home(role):
                kind = kind.replace(f"/{project[0]}/", "/*/", 1)
            if status == 200 and not NO_PAGE.search(kind):
                found.setdefault(kind, (role, path))
    return list(found.values())


@pytest.mark.parametrize("part", range(3))
def test_pages(town: Town, pages: list[tuple[str, str]], part: int) -> None:
    faults = []
    for role, mine in groupby(pages[part::3], key=itemgetter(0)):
        with town.visit(role, bypass_csp=True) as page:
            for nth, (_, path) in enumerate(mine):
                page.goto(path)  # one screen each, in turns: what pages are made of stands on many of them
                faults += [f"{path}: {fault}" for fault in look(page, [(WIDE, NARROW)[nth % 2]])]
    assert not faults, "\n".join(faults)


def test_pages_before_the_login(town: Town) -> None:
    with town.inside():
        door = db.session.get_one(Door, town.company.made["door"]).token
        status = status_link(town.company.yunqi.schema, town.company.made["fresh"])
        report = db.session.get_one(Report, town.company.made["report_published"]).token
        prices = db.session.get_one(Display, town.company.made["price_display"]).token
        committee = db.session.get_one(CommitteeLink, town.company.made["report_link"]).token
        db.session.commit()
    faults = []
    with town.visit(bypass_csp=True, allowed=(404, 410)) as page:
        doors = f"/q/{door}", f"/s/{status}", f"/f/{prices}"
        of_reports = (f"/r/{report}", f"/verify/{report}", f"/c/{committee}", "/c/unknown", "/c/received")
        for path in ("/login", "/reset", "/nowhere", "/invitation/unknown", *doors, *of_reports):
            page.goto(path)
            faults += [f"{path}: {fault}" for fault in look(page)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_empty_lists(town: Town, script: bool) -> None:
    """翡翠湾 has nothing yet: each list says what would stand there."""
    with town.visit("company_admin", script=script) as page:
        for path, said in (("", "今天没有待办"), ("releases", "还没有对外信息"), ("reminders", "还没有提醒")):
            page.goto(f"/xiangrui/feicui/{path}")
            expect(page.get_by_role("main")).to_contain_text(said)
