"""One furnished town for all tests that visit all routes: first those that look, then those that break in."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from saas.identity import sessions
from tests.conftest import empty
from tests.town import town
from tests.world import World


@pytest.fixture(scope="package")
def furnished(app: Flask, home: Path, broom: psycopg.Connection) -> Iterator[town.Town]:
    """See Town. What is sent through its forms stays in it, so the forms come last (by name)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "SEEN_EVERY", timedelta(days=1))  # a look every five minutes is noted: no write of ours
        try:
            yield town.build(World(app))
        finally:
            empty(broom)


@pytest.fixture(scope="session")
def written(app: Flask) -> town.Written:
    """See Written."""
    return town.Written(app)
