"""From the outbox row to one effect: whatever dies on the way, nothing is lost and nothing happens twice."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text

from saas import clock
from saas.db import db
from saas.jobs import enqueue
from tests.working import work
from tests.world import Place, World
from workers import doors, relay


def note(who: str) -> None:
    """The job of these tests: leaves a row in its tenant."""
    db.session.execute(text("INSERT INTO numbers (series, last) VALUES (:who, 1)"), {"who": who})


def stumble(_who: str) -> None:
    """A job that fails with something personal in its message."""
    raise ValueError("王小梅 13800000000")


@pytest.fixture
def redis(redis_url: str) -> Iterator["Redis[bytes]"]:
    connection = Redis.from_url(redis_url)
    connection.flushall()
    yield connection
    connection.close()


@pytest.fixture
def project(world: World, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(doors, "_app", world.app)
    monkeypatch.setitem(doors.JOBS, "test.note", doors.Door("tests.workers.test_relay:note"))
    monkeypatch.setitem(doors.JOBS, "test.stumble", doors.Door("tests.workers.test_relay:stumble"))
    return world.project(world.company())


@pytest.fixture
def outbox(dsns: dict[str, str], project: Place) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsns["relay"], autocommit=True) as connection:
        connection.execute("DELETE FROM platform.outbox")  # what a new project asks for
        yield connection


def ask(project: Place, job: str = "test.note", who: str = "甲", after: timedelta = timedelta()) -> None:
    with project.inside():
        enqueue(job, who, run_at=clock.now() + after)
        db.session.commit()


def effects(project: Place) -> list[str]:
    with project.inside():
        return list(db.session.scalars(text("SELECT series FROM numbers")))


def test_a_row_becomes_one_effect(project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]") -> None:
    ask(project)
    assert relay.relay_once(outbox, relay.queues(redis)) == 1
    work(redis, "mail")
    assert effects(project) == ["甲"]
    assert relay.relay_once(outbox, relay.queues(redis)) == 0
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert relay.sweep_once(outbox, relay.queues(redis)) == 0


def test_nothing_is_sent_for_a_transaction_that_rolled_back(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    with project.inside():
        enqueue("test.note", "甲")
        db.session.rollback()
    assert relay.relay_once(outbox, relay.queues(redis)) == 0


def test_a_row_for_later_waits(project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]") -> None:
    ask(project, after=timedelta(hours=1))
    assert relay.relay_once(outbox, relay.queues(redis)) == 0
    with clock.at(clock.now() + timedelta(hours=1, minutes=1)):
        assert relay.relay_once(outbox, relay.queues(redis)) == 1


def test_a_relay_killed_before_its_commit_queues_nothing_twice(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    ask(project)
    with outbox.transaction(force_rollback=True):
        relay.relay_once(outbox, relay.queues(redis))
    assert relay.relay_once(outbox, relay.queues(redis)) == 1
    work(redis, "mail")
    assert effects(project) == ["甲"]


def test_a_lost_queue_is_filled_again_by_the_sweeper(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    ask(project)
    relay.relay_once(outbox, relay.queues(redis))
    redis.flushall()
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert relay.sweep_once(outbox, relay.queues(redis)) == 1
        assert relay.relay_once(outbox, relay.queues(redis)) == 1
    work(redis, "mail")
    assert effects(project) == ["甲"]


def test_a_job_that_waits_in_its_queue_is_not_lost(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    ask(project)
    relay.relay_once(outbox, relay.queues(redis))
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert relay.sweep_once(outbox, relay.queues(redis)) == 0


def test_the_same_job_run_twice_has_one_effect(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    ask(project)
    relay.relay_once(outbox, relay.queues(redis))
    job = Queue("mail", connection=redis, serializer=JSONSerializer).jobs[0]
    work(redis, "mail")
    doors.run(*job.args)
    assert effects(project) == ["甲"]


def test_a_failing_job_is_tried_later_and_then_given_up_without_personal_data(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    ask(project, "test.stumble")
    moment = clock.now()
    for _ in range(relay.TRIES):
        with clock.at(moment):
            assert relay.relay_once(outbox, relay.queues(redis)) == 1
            work(redis, "mail")
        moment += timedelta(hours=2)
        with clock.at(moment):
            assert relay.sweep_once(outbox, relay.queues(redis)) == 1
        moment += timedelta(hours=2)
    with clock.at(moment):
        assert relay.relay_once(outbox, relay.queues(redis)) == 0
    row = outbox.execute("SELECT failure, given_up_at IS NOT NULL FROM platform.outbox").fetchone()
    assert row == ("ValueError", True)


def test_tries_outlast_a_night_without_a_mail_server_and_end() -> None:
    pauses = [relay.pause_after(tries) for tries in range(1, relay.TRIES)]
    assert pauses[:3] == [timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60)]
    assert max(pauses) == timedelta(hours=1)
    assert timedelta(hours=10) <= sum(pauses, timedelta()) <= timedelta(hours=11)


def test_a_letter_overtakes_a_hundred_reminders(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    """Those that wait in the queue, and those that are due before it in the outbox."""
    assert {*relay.FIRST} <= doors.JOBS.keys()
    with project.inside():
        for _ in range(relay.AT_A_TIME + 10):
            enqueue("obligations.remind", "甲", run_at=clock.now() - timedelta(hours=1))
        db.session.commit()
    assert relay.relay_once(outbox, relay.queues(redis)) == relay.AT_A_TIME
    with project.inside():
        for _ in range(relay.AT_A_TIME):
            enqueue("obligations.remind", "甲", run_at=clock.now() - timedelta(hours=1))
        enqueue("releases.deliver", "甲")
        db.session.commit()
    assert relay.relay_once(outbox, relay.queues(redis)) == relay.AT_A_TIME
    taken = Queue.dequeue_any([relay.queues(redis)["mail"]], None, redis, serializer=JSONSerializer)
    assert taken is not None
    assert taken[0].description == "releases.deliver"


def test_what_was_carried_out_by_hand_is_not_handed_over(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    with project.inside():
        db.session.execute(doors.MARK, {"id": enqueue("test.note", "甲")})
        db.session.commit()
    assert relay.relay_once(outbox, relay.queues(redis)) == 1
    assert relay.queues(redis)["mail"].jobs == []
    assert relay.relay_once(outbox, relay.queues(redis)) == 0
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert relay.sweep_once(outbox, relay.queues(redis)) == 0
    with clock.at(clock.now() + relay.KEEP * 2):
        relay.tidy(outbox)
    assert outbox.execute("SELECT count(*) FROM platform.outbox").fetchone() == (0,)


def test_imports_are_given_more_time_than_mails(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    with project.inside():
        enqueue("imports.publish", "甲")
        enqueue("test.note", "甲")
        db.session.commit()
    relay.relay_once(outbox, relay.queues(redis))
    jobs = Queue("mail", connection=redis, serializer=JSONSerializer).jobs
    assert {job.args[0]: job.timeout for job in jobs} == {"imports.publish": 3600, "test.note": 180}


def test_a_job_acts_inside_its_own_tenant_only(
    project: Place, world: World, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号")
    ask(project, who="甲")
    ask(other, who="乙")
    relay.relay_once(outbox, relay.queues(redis))
    work(redis, "mail")
    assert effects(project) == ["甲"]
    assert effects(other) == ["乙"]


def test_valkey_holds_ids_and_names_of_jobs_only(
    project: Place, outbox: psycopg.Connection, redis: "Redis[bytes]"
) -> None:
    ask(project)
    relay.relay_once(outbox, relay.queues(redis))
    job = Queue("mail", connection=redis, serializer=JSONSerializer).jobs[0]
    assert job.args[:2] == ["test.note", project.schema]
    assert b"pickle" not in redis.hget(f"rq:job:{job.id}", "data")  # type: ignore[operator]
