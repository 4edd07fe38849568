"""The login brake on a real Valkey, and what remains of it while Valkey is away."""

import logging
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from saas.web.limits import Brake, network
from workers.embedded.valkey import Valkey


@pytest.fixture(scope="module")
def valkey() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="brake-") as home:
        server = Valkey(Path(home), append_only=False)
        try:
            yield server.start()
        finally:
            server.stop()


@pytest.fixture
def client(valkey: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(valkey) as client:
        client.flushdb()
        yield client


@pytest.fixture
def brake(valkey: str, client: redis.Redis) -> Brake:
    return Brake(valkey, "secret", per_account="3 per 10 minutes", per_address="8 per 10 minutes")


def test_an_account_waits_after_its_attempts_from_wherever_they_come(brake):
    assert [brake.hit("zhang.wei", f"192.0.2.{n}") for n in range(3)] == [0, 0, 0]
    wait = brake.hit("zhang.wei", "192.0.2.9")
    assert 590 <= wait <= 601
    assert brake.blocked_for(" Zhang.Wei ", "198.51.100.1") in (wait, wait - 1)
    assert brake.blocked_for("li.na", "198.51.100.1") == 0
    assert brake.hit("li.na", "192.0.2.1") == 0


def test_an_address_waits_whatever_accounts_it_tries(brake):
    assert [brake.hit(f"a{n}", "192.0.2.1") for n in range(8)] == [0] * 8
    assert brake.hit("a9", "192.0.2.1") > 590
    assert brake.hit("a9", "192.0.2.2") == 0
    for _ in range(5):
        brake.hit("a8", "192.0.2.1")  # braked already: must not use up the attempts of a8
    assert brake.blocked_for("a8", "192.0.2.2") == 0


def test_waiting_does_not_grow_by_trying(brake):
    for _ in range(3):
        brake.hit("a", "192.0.2.1")
    first = brake.hit("a", "192.0.2.1")
    assert all(brake.hit("a", "192.0.2.2") <= first for _ in range(5))


def test_a_right_password_forgives_the_account_but_not_the_address(brake):
    for _ in range(3):
        brake.hit("a", "192.0.2.1")
    brake.forgive("A")
    assert brake.blocked_for("a", "192.0.2.1") == 0
    assert [brake.hit("a", "192.0.2.1") for _ in range(3)] == [0, 0, 0]
    brake.hit("b", "192.0.2.1")
    brake.hit("b", "192.0.2.1")
    assert brake.blocked_for("c", "192.0.2.1") > 0


def test_the_count_is_shared_by_processes_and_runs_out(brake, client, valkey):
    other = Brake(valkey, "secret", per_account="3 per 10 minutes", per_address="8 per 10 minutes")
    assert [brake.hit("a", "192.0.2.1"), other.hit("a", "192.0.2.1"), brake.hit("a", "192.0.2.1")] == [0, 0, 0]
    assert other.hit("a", "192.0.2.1") > 0
    assert all(0 < client.ttl(key) <= 600 for key in client.scan_iter())


def test_parallel_guesses_do_not_slip_through(brake):
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda n: brake.hit("a", f"192.0.2.{n}"), range(40)))
    assert waits.count(0) == 3


def test_nothing_in_valkey_names_a_person(brake, client):
    brake.hit("zhang.wei@example.cn", "192.0.2.77")
    keys = list(client.scan_iter())
    stored = repr([(key, client.lrange(key, 0, -1)) for key in keys])
    assert len(keys) == 2
    assert "zhang" not in stored
    assert "192.0.2" not in stored
    assert Brake("redis://x", "other").keys("a", "b") != brake.keys("a", "b")


@pytest.mark.parametrize("away", ["redis://127.0.0.1:1/0", "unix:///nowhere/valkey.sock"])
def test_without_valkey_people_sign_in_and_guessing_stays_slow(away, caplog):
    brake = Brake(away, "secret", per_account="3 per 10 minutes", per_address="8 per 10 minutes")
    with caplog.at_level(logging.WARNING, "linsheng.brake"):
        assert [brake.hit("zhang", "192.0.2.1") for _ in range(3)] == [0, 0, 0]
        assert brake.hit("zhang", "192.0.2.1") > 590
    assert brake.blocked_for("zhang", "192.0.2.1") > 590
    brake.forgive("zhang")
    assert brake.blocked_for("zhang", "192.0.2.1") == 0
    assert "zhang" not in caplog.text
    assert "192.0.2" not in caplog.text


def test_the_brake_outlives_its_valkey():
    with tempfile.TemporaryDirectory(prefix="brake-") as home:
        server = Valkey(Path(home), append_only=False)
        brake = Brake(server.start(), "secret", per_account="3 per 10 minutes")
        try:
            assert brake.hit("a", "192.0.2.1") == 0
            server.stop()
            assert [brake.hit("a", "192.0.2.1") for _ in range(3)] == [0, 0, 0]
            assert brake.hit("a", "192.0.2.1") > 0
            server.start()
            assert brake.hit("a", "192.0.2.1") == 0
        finally:
            server.stop()


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_an_address_is_what_one_subscriber_holds(address, counted):
    assert network(address) == counted
