"""A live product and a real browser. Everything here lives as long as this folder's tests, not as long as the run:
the background processes must not touch the rows of other tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright
from redis import Redis

from saas.tenancy import roles
from tests.browser.live import Live, running
from tests.browser.town import Town
from tests.conftest import empty
from tests.furnished import furnish, settle
from tests.world import World

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


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
def live(browser: Browser, app: Flask, home: Path, redis_url: str) -> Iterator[Live]:
    """The product, running."""
    with Redis.from_url(redis_url) as redis:
        redis.flushdb()  # jobs and brakes of other tests
    with running(home, redis_url, str(app.config["SECRET_KEY"])) as product:
        yield product


@pytest.fixture(scope="package")
def town(app: Flask, admin_url: str, dsns: dict[str, str], browser: Browser, live: Live) -> Iterator[Town]:
    """A company with its people, for all journeys; each works on its own complaints and letters."""
    try:
        company = settle(World(app))
        furnish(company)
        yield Town(company, browser, live, {})
    finally:
        with psycopg.connect(roles.dsn_for(admin_url, "postgres", "", "linsheng_test"), autocommit=True) as admin:
            empty(admin)
