"""The test cluster: real PostgreSQL and Valkey, one per run; each worker clones a migrated template database."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from xdist.scheduler import LoadScopeScheduling

from saas import config
from saas.app import create_app
from saas.config import Config
from saas.db import db
from saas.pdf import render
from saas.tenancy import bootstrap, roles
from tests.world import World
from workers.embedded.postgres import Postgres
from workers.embedded.valkey import Valkey
from wsgi import slices

SPARES = 6
TOGETHER = ("tests/browser/", "tests/town/")
FIRST = {"browser": 0, "town": 1, "workers": 2, "architecture": 3}
FREED = ", kind = NULL, slug = NULL, name = NULL, fee_basis = DEFAULT, handed_over_on = NULL"


class Files(LoadScopeScheduling):  # type: ignore[misc]
    """A file runs in one process, and some folders do: what they furnish is furnished once."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if path.startswith(folder)), path)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Files:
    """How the tests are dealt out to the processes."""
    return Files(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders that take longest begin."""
    here = Path(__file__).parent
    items.sort(key=lambda item: FIRST.get(item.path.relative_to(here).parts[0], len(FIRST)))


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A home folder for this test process."""
    folder = Path(tempfile.mkdtemp(prefix="linsheng-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def press(home: Path) -> Path:
    """A press that is warm: the fonts are prepared once per process, under this home."""
    render.warm(home)
    return home


@pytest.fixture(scope="session")
def admin_url(home: Path) -> Iterator[str]:
    """The admin address of a throw-away cluster (each xdist worker has its own: nothing is shared but the CPU)."""
    server = Postgres(home, fsync=False)
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture(scope="session")
def redis_url(home: Path) -> Iterator[str]:
    """A real Valkey."""
    server = Valkey(home, append_only=False)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def dsns(admin_url: str, home: Path) -> dict[str, str]:
    """One DSN per process role on a bootstrapped database."""
    os.environ["LINSHENG_HOME"] = str(home)
    return bootstrap.bootstrap(admin_url, home, database="linsheng_test", spares=SPARES)


@pytest.fixture
def admin(admin_url: str, dsns: dict[str, str]) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the test database, for looking at what nobody else may see."""
    with psycopg.connect(roles.dsn_for(admin_url, "postgres", "", "linsheng_test"), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def broom(admin_url: str, dsns: dict[str, str]) -> Iterator[psycopg.Connection]:
    """A superuser's connection to sweep up with after each test; it stays, because it knows the tables by then."""
    with psycopg.connect(roles.dsn_for(admin_url, "postgres", "", "linsheng_test"), autocommit=True) as connection:
        yield connection


def empty(admin: psycopg.Connection) -> None:
    """Remove every row that tests wrote, in one batch, and return the tenants to the spares. Spares have no rows."""
    tables = admin.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND c.relname NOT IN ('migrations', 'tenants') AND (n.nspname = 'platform'"
        " OR n.nspname IN (SELECT schema_name FROM platform.tenants WHERE company_id IS NOT NULL))"
        " AND pg_relation_size(c.oid) > 0"
    ).fetchall()
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        statements = [sql.SQL("DELETE FROM {}").format(sql.Identifier(*t)) for t in tables]
        statements.append(sql.SQL("UPDATE platform.tenants SET company_id = NULL, claimed_at = NULL" + FREED))
        admin.execute(sql.SQL("; ").join(statements))


@pytest.fixture(scope="session")
def settings(dsns: dict[str, str], home: Path, redis_url: str) -> Config:
    """What the product of these tests was started with."""
    return Config(home, dsns, redis_url, "", "http://localhost", "test-secret-test-secret", testing=True)


@pytest.fixture(scope="session")
def app(settings: Config) -> Iterator[Flask]:
    """The whole product in one process, as the web server runs it."""
    made = create_app(settings, slices())
    gc.freeze()  # what is there by now stays: no collection needs to look at it again
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def worker(app: Flask, settings: Config) -> Iterator[Flask]:
    """The product as the worker runs it: the login that may read deltas."""
    made = create_app(settings, slices(), process="worker")
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def world(app: Flask, settings: Config, broom: psycopg.Connection) -> Iterator[World]:
    """An empty platform with the product's own actions to fill it; emptied again afterwards."""
    config.use(settings)  # another test of this process may have started a product of its own
    try:
        yield World(app)
    finally:
        empty(broom)
