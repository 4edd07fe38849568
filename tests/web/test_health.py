"""/healthz lives without anything; /readyz names each part that is missing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from flask import Flask

from saas import clock, config
from saas.health import PROCESSES, STALE
from tests.world import World
from workers.beat import beat


@pytest.fixture
def beating(world: World, dsns: dict[str, str]) -> Flask:
    """The product with every background process alive."""
    for process in PROCESSES:
        beat(dsns["relay"], process)
    return world.app


@pytest.fixture
def restored() -> Iterator[None]:
    """The settings again as they were."""
    before = config.current()
    yield
    config.use(before)


def ready(app: Flask) -> tuple[int, dict[str, object]]:
    answer = app.test_client().get("/readyz")
    assert answer.is_json
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.get_json()


def test_alive_needs_nothing(world: World, restored: None) -> None:
    config.use(replace(config.current(), dsns={}, redis_url="redis://127.0.0.1:1/0"))
    answer = world.app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"ok": True})


def test_ready_when_everything_is_there(beating: Flask) -> None:
    alive = dict.fromkeys(PROCESSES, True)
    assert ready(beating) == (
        200, {"ready": True, "database": True, "guards": True, "valkey": True, "heartbeats": alive},
    )  # fmt: skip


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_that_went_silent(beating: Flask, dsns: dict[str, str], process: str) -> None:
    with clock.at(clock.now() - STALE - timedelta(seconds=1)):
        beat(dsns["relay"], process)
    status, facts = ready(beating)
    assert status == 503
    assert facts["heartbeats"] == {each: each != process for each in PROCESSES}
    assert [facts[part] for part in ("database", "guards", "valkey", "ready")] == [True, True, True, False]


def test_a_process_that_never_was(world: World) -> None:
    status, facts = ready(world.app)
    assert status == 503
    assert facts["heartbeats"] == dict.fromkeys(PROCESSES, False)


def test_without_valkey(beating: Flask, restored: None) -> None:
    config.use(replace(config.current(), redis_url="redis://127.0.0.1:1/0"))
    status, facts = ready(beating)
    assert status == 503
    assert facts["valkey"] is False
    assert facts["database"] is True


def test_without_a_guard(beating: Flask, admin: psycopg.Connection) -> None:
    admin.execute("GRANT TEMP ON DATABASE linsheng_test TO PUBLIC")
    try:
        status, facts = ready(beating)
    finally:
        admin.execute("REVOKE TEMP ON DATABASE linsheng_test FROM PUBLIC")
    assert status == 503
    assert (facts["database"], facts["guards"], facts["ready"]) == (True, False, False)


def test_without_a_database(beating: Flask, restored: None) -> None:
    config.use(replace(config.current(), dsns={"app": "host=/nowhere dbname=x user=x"}))
    status, facts = ready(beating)
    assert status == 503
    assert (facts["database"], facts["guards"], facts["valkey"]) == (False, False, True)
    assert facts["error"] == "OperationalError", "the kind of the error, never its text: it could hold an address"
