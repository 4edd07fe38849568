"""From the project to its head office and to nobody else: in order, once, and only what is its own (A4, M4)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from saas import clock
from saas.board import arriving
from saas.board.models import Arrival, Cell
from saas.db import db
from tests.board.conftest import NOON, Street
from tests.working import work
from tests.world import Place
from workers import doors, relay

pytestmark = [pytest.mark.rule("A4"), pytest.mark.rule("M4")]
CLAUSE = "complaint-register"


@pytest.fixture(autouse=True)
def settled(street: Street, noon: datetime) -> None:
    street.settle()


@pytest.fixture
def rival(street: Street) -> tuple[Place, Place]:
    """Another company: head office and project."""
    office = street.world.company("hengtai", "恒泰物业")
    project = street.world.project(office, "binjiang", "滨江一号")
    for place in (office, project):
        street.admin.execute(f"DELETE FROM {place.schema}.marks".encode())
    street.admin.execute("DELETE FROM platform.outbox")
    return office, project


def apply(street: Street, place: Place) -> int:
    with street.worker.app_context():
        return arriving.arrive(place.schema)


def measure(street: Street) -> None:
    """Measure, and leave the delta lying."""
    for key, tenant, job, args in street.waiting():
        if job == "board.measure":
            doors.run(job, tenant, str(key), *args)


def deltas(street: Street) -> list[tuple[str, int, dict[str, Any]]]:
    return street.admin.execute("SELECT tenant, seq, payload FROM platform.board_deltas ORDER BY seq").fetchall()


def test_another_companys_head_office_gets_nothing(street: Street, rival: tuple[Place, Place]) -> None:
    office, project = rival
    street.register()
    street.register(project, by=project.staff("赵敏", "steward"))
    street.work()
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 1
    assert street.cell(office, CLAUSE, of=project).met == 1
    for here, theirs in ((street.office, project), (office, street.yunqi)):
        with here.inside():
            assert theirs.schema not in set(db.session.scalars(select(Cell.tenant)))


def test_a_delta_holds_counts_only(street: Street) -> None:
    street.register()
    measure(street)
    [(tenant, _, payload)] = deltas(street)
    assert tenant == street.yunqi.schema
    assert set(payload) == {"cells", "at"}
    assert "王晓梅" not in str(payload)
    assert "13812345521" not in str(payload)
    assert set(payload["cells"][0]) == {
        "clause", "begins", "ends", "pack_version", "met", "missed", "open", "due", "need", "applies"
    }  # fmt: skip


REFUSED = {
    "read deltas": "SELECT payload FROM platform.board_deltas",
    "remove deltas": "DELETE FROM platform.board_deltas",
    "change deltas": "UPDATE platform.board_deltas SET payload = '{{}}'",
    "write in another's name": (
        "INSERT INTO platform.board_deltas (id, tenant, seq, payload) VALUES (gen_random_uuid(), '{other}', 1, '{{}}')"
    ),
    "get a row back": (
        "INSERT INTO platform.board_deltas (id, seq, payload) VALUES (gen_random_uuid(), 1, '{{}}') RETURNING tenant"
    ),
    "write into the head office": "INSERT INTO {office}.cells SELECT * FROM cells",
    "read the head office": "SELECT * FROM {office}.cells",
    "date them back": (
        "INSERT INTO platform.board_deltas (id, seq, payload, created_at)"
        " VALUES (gen_random_uuid(), 1, '{{}}', '2000-01-01')"
    ),
}


@pytest.mark.rule("A1")
@pytest.mark.parametrize("attempt", REFUSED)
def test_a_project_can_only_add_its_own(street: Street, rival: tuple[Place, Place], attempt: str) -> None:
    statement = REFUSED[attempt].format(other=rival[1].schema, office=street.office.schema)
    with street.yunqi.inside(), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(text(statement))


@pytest.mark.rule("A1")
def test_the_web_cannot_read_deltas_and_the_worker_cannot_write_them(dsns: dict[str, str], street: Street) -> None:
    for process, statement in (
        ("app", "SELECT * FROM platform.board_deltas"),
        ("worker", "INSERT INTO platform.board_deltas (id, seq, payload) VALUES (gen_random_uuid(), 1, '{}')"),
        ("worker", "DELETE FROM platform.board_deltas"),
        ("relay", "UPDATE platform.board_deltas SET payload = '{}'"),
    ):
        with psycopg.connect(dsns[process]) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


@pytest.mark.rule("A1")
def test_a_payload_cannot_speak_for_another_project(street: Street) -> None:
    """Whatever a project writes into its delta, it is filed under the name that the database gave it."""
    street.register()
    street.work()
    with street.feicui.inside():
        cell = {
            "tenant": street.yunqi.schema, "clause": CLAUSE, "begins": "2026-11-01", "ends": "2026-12-01",
            "pack_version": "x", "met": 99, "missed": 0, "open": 0, "due": [], "need": None, "applies": True,
        }  # fmt: skip
        db.session.execute(
            text("INSERT INTO platform.board_deltas (id, seq, payload) VALUES (gen_random_uuid(), 1, :payload)"),
            {"payload": Jsonb({"cells": [cell], "at": clock.now().isoformat()})},
        )
        db.session.commit()
    assert apply(street, street.feicui) == 1
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 1
    assert street.cell(street.office, CLAUSE, of=street.feicui).met == 99


def test_applied_twice_late_and_all_at_once(street: Street) -> None:
    for count in range(1, 4):
        street.register()
        measure(street)
        assert len(deltas(street)) == count
    assert apply(street, street.yunqi) == 3
    assert apply(street, street.yunqi) == 0
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 3
    street.work()  # the jobs of all three come later and find nothing
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 3
    with street.office.inside():
        assert db.session.get_one(Arrival, street.yunqi.schema).seq == deltas(street)[-1][1]


def test_an_older_delta_never_undoes_a_newer_one(street: Street) -> None:
    """A head office that was restored applies again what it had already, under what is newer."""
    for _ in range(2):
        street.register()
        measure(street)
    apply(street, street.yunqi)
    with street.office.inside():
        db.session.execute(text("UPDATE arrivals SET seq = 0"))
        db.session.commit()
    (_, first, _), (_, second, _) = deltas(street)
    street.admin.execute("DELETE FROM platform.board_deltas WHERE seq = %s", [second])
    assert apply(street, street.yunqi) == 1
    assert first < second
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 2


def test_a_restored_project_goes_on_with_newer_numbers(street: Street) -> None:
    street.register()
    street.work()
    before = street.cell(street.office, CLAUSE, of=street.yunqi).seq
    with street.yunqi.inside():
        db.session.execute(text("UPDATE roll_up SET seq = 5"))
        db.session.execute(text("UPDATE cells SET met = 0, seq = 5"))
        db.session.commit()
    with clock.at(NOON + timedelta(minutes=1)):
        street.register()
        street.work()
    after = street.cell(street.office, CLAUSE, of=street.yunqi)
    assert (after.met, after.seq > before) == (2, True)


def test_a_tenant_without_a_head_office_is_left_alone(street: Street) -> None:
    assert apply(street, street.office) == 0
    assert apply(street, replace(street.yunqi, schema="t_99999")) == 0


def test_old_deltas_go(street: Street, dsns: dict[str, str]) -> None:
    street.register()
    street.work()
    assert deltas(street)
    with psycopg.connect(dsns["relay"], autocommit=True) as connection:
        connection.execute("SELECT 1")
        with clock.at(clock.now() + timedelta(days=400)):
            relay.tidy(connection)
    assert deltas(street) == []


def test_of_many_requests_of_a_tenant_one_is_enough(street: Street, dsns: dict[str, str], redis_url: str) -> None:
    for _ in range(5):
        street.register()
    with Redis.from_url(redis_url) as redis, psycopg.connect(dsns["relay"], autocommit=True) as connection:
        redis.flushall()
        relay.relay_once(connection, relay.queues(redis))
        assert len(Queue("board", connection=redis, serializer=JSONSerializer).jobs) == 1
    assert len(street.waiting()) == 1


def test_through_the_queue_within_seconds(street: Street, dsns: dict[str, str], redis_url: str) -> None:
    """The way that everything takes: relay, queue, worker, relay, queue, worker."""
    with Redis.from_url(redis_url) as redis, psycopg.connect(dsns["relay"], autocommit=True) as connection:
        redis.flushall()
        street.register()
        to, turns = relay.queues(redis), 0
        while relay.relay_once(connection, to):
            work(redis, "board")
            turns += 1
    assert turns == 2
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 1
