"""A live product and a real browser. Everything here lives as long as this folder's tests, not as long as the run:
the background processes must not touch the rows of other tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask, url_for
from playwright.sync_api import Browser, expect, sync_playwright
from redis import Redis
from sqlalchemy import select

from saas.board.models import Cell
from saas.db import db
from tests.browser.live import Live, eventually, running
from tests.browser.town import Town
from tests.conftest import empty
from tests.crawling import Visited, crawl
from tests.furnished import ROLES, SHELF, Company, furnish, settle
from tests.world import World

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip

RARE = {"shown": "complaints.show", "letter": "releases.show"} | {f"report_{state}": "reports.show" for state in SHELF}
"""Records that offer what no other of their kind does; a crawl that opens one of each may pass them by."""

AUTHORS = ("steward", "project_manager")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no Chromium on this machine")
    expect.set_options(timeout=15_000)  # two cores may be busy with other tests
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def live(app: Flask, home: Path, redis_url: str) -> Iterator[Live]:
    """The product, running."""
    with Redis.from_url(redis_url) as redis:
        redis.flushdb()  # jobs and brakes of other tests
    with running(home, redis_url, str(app.config["SECRET_KEY"])) as product:
        yield product


@pytest.fixture(scope="package")
def company(app: Flask, broom: psycopg.Connection, live: Live) -> Iterator[Company]:
    """A company with its people, in the middle of its work."""
    try:
        made = settle(World(app))
        furnish(made)
        yield made
    finally:
        empty(broom)


@pytest.fixture(scope="package")
def town(company: Company, browser: Browser, live: Live) -> Town:
    """The company for all journeys; each works on its own complaints and letters."""
    return Town(company, browser, live, {})


@pytest.fixture(scope="package")
def crawled(app: Flask, company: Company) -> dict[str, list[Visited]]:
    """What each role finds by following links, once the head office knows of its project."""

    def measured() -> bool:
        with company.office.inside():
            known = select(Cell.clause).where(Cell.tenant == company.yunqi.schema).limit(1)
            return bool(db.session.scalar(known))

    eventually(measured, "the board")
    with app.test_request_context():
        rare = [
            url_for(page, company="xiangrui", project="yunqi", id=company.made[name]) for name, page in RARE.items()
        ]
    return {role: list(crawl(company, role, also=rare if role in AUTHORS else ())) for role in ROLES}
