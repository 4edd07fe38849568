"""One source of time."""

from datetime import UTC, datetime
from threading import Thread

import pytest

from saas import clock

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=clock.CN)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)).total_seconds() < 5


def test_time_is_set_inside_the_block_only_even_after_an_error() -> None:
    def fail() -> None:
        with clock.at(NOON) as moment:
            assert clock.now() is moment == NOON
            assert moment.tzinfo is UTC
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert clock.now() != NOON


def test_another_thread_keeps_its_own_time() -> None:
    seen: list[datetime] = []
    with clock.at(NOON):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != NOON


def test_local_is_shanghai_and_naive_moments_are_refused() -> None:
    assert clock.local(datetime(2026, 11, 20, 16, 30, tzinfo=UTC)).isoformat() == "2026-11-21T00:30:00+08:00"
    with pytest.raises(ValueError, match="naive"):
        clock.local(datetime(2026, 11, 20))  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"), clock.at(datetime(2026, 11, 20)):  # noqa: DTZ001
        pass
