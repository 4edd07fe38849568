"""One furnished town for each module of tests that visits all routes."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from saas.tenancy import roles
from tests.architecture import town
from tests.conftest import empty
from tests.world import World


@pytest.fixture(scope="module")
def superuser(admin_url: str, dsns: dict[str, str]) -> Iterator[psycopg.Connection]:
    """Sees every table; for comparing what was written."""
    with psycopg.connect(roles.dsn_for(admin_url, "postgres", "", "linsheng_test"), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def furnished(app: Flask, home: Path, superuser: psycopg.Connection) -> Iterator[town.Town]:
    """See Town. Its tests leave traces: each module has its own."""
    try:
        yield town.build(World(app))
    finally:
        empty(superuser)


@pytest.fixture(scope="session")
def written(app: Flask) -> town.Written:
    """See Written."""
    return town.Written(app)
