"""The office, and a mail server on a free port."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller

from saas import config
from tests.releases.office import Office, Post
from tests.world import World


@pytest.fixture
def office(world: World) -> Office:
    place = world.project(world.company())
    return Office(
        place,
        place.staff("林晓燕", "steward"),
        place.staff("陈志远", "project_manager"),
        place.staff("王海峰", "division_leader"),
    )


@pytest.fixture
def smtp_at(monkeypatch: pytest.MonkeyPatch, world: World) -> Callable[[int], None]:
    """Point the product at a mail server on this port."""

    def point(port: int) -> None:
        settings = replace(config.current(), smtp_url=f"smtp://127.0.0.1:{port}")
        monkeypatch.setattr("saas.config._current", settings)

    return point


@pytest.fixture
def post(smtp_at: Callable[[int], None]) -> Iterator[Post]:
    """An honest mail server that keeps what it takes."""
    kept = Post()
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    smtp_at(port)
    try:
        yield kept
    finally:
        controller.stop()
