"""A project with one steward who has a password; brakes are loose at the start of each test."""

import pytest
from flask import Flask
from redis import Redis

from tests.identity.door import Stranger, give_password
from tests.world import Person, Place, World


@pytest.fixture(autouse=True)
def loose(redis_url: str) -> None:
    """Forget all attempts of earlier tests."""
    with Redis.from_url(redis_url) as valkey:
        valkey.flushdb()


@pytest.fixture
def project(world: World) -> Place:
    return world.project(world.company())


@pytest.fixture
def person(project: Place) -> Person:
    someone = project.staff("林晓燕", "steward", email="lin@example.com")
    give_password(someone)
    return someone


@pytest.fixture
def stranger(app: Flask) -> Stranger:
    return Stranger(app)
