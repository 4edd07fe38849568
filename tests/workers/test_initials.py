"""Names written down before their initials were: filled in a part at a time, resumed, asked for by the scheduler."""

from typing import Any

import psycopg
import pytest
from psycopg import sql

from saas.db import db
from saas.pinyin import initials as read
from tenants.complaints import actions as complaints
from tenants.customers import actions as customers
from tests.world import Person, World
from workers import doors, initials, scheduler

TABLES = ("customers", "complaints", "repairs", "contacts")
NAMES = ("单雄", "王晓梅", "曾小贤", "李雷", "韩梅梅")


@pytest.fixture
def steward(world: World, admin: psycopg.Connection) -> Person:
    """A project whose names have no initials, as before the columns were there."""
    person = world.project(world.company()).staff("林晓燕", "steward")
    with person.place.inside():
        unit = customers.register_unit(label="3-2-1502", by=person.actor)
        for name in NAMES:
            customers.register_customer(unit_id=unit.id, name=name, by=person.actor)
            new = complaints.NewComplaint(
                "噪声扰民", "夜里施工", "noise", "walk_in", "phone", reporter=name, room="大堂"
            )
            complaints.register(new, by=person.actor)
        db.session.commit()
    schema = sql.Identifier(person.place.schema)
    with admin.transaction():
        admin.execute(sql.SQL("UPDATE {}.customers SET name_initials = '', name_sort = ''").format(schema))
        for table in TABLES[1:]:
            admin.execute(sql.SQL("UPDATE {}.{} SET initials = ''").format(schema, sql.Identifier(table)))
    return person


def empty(admin: psycopg.Connection, person: Person) -> int:
    """How many names have no initials."""
    counts = [
        sql.SQL("SELECT count(*) FROM {}.{} WHERE {} = ''").format(
            sql.Identifier(person.place.schema), sql.Identifier(table),
            sql.SQL("least(name_initials, name_sort)" if table == "customers" else "initials"),
        )
        for table in TABLES
    ]  # fmt: skip
    return sum(row[0] for count in counts for row in admin.execute(count).fetchall())


@pytest.mark.rule("C2")
def test_interrupted_it_goes_on_where_it_stopped(
    steward: Person, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert empty(admin, steward) == 3 * len(NAMES)
    assert "3-2-1502" not in steward.get("customers?q=wxm").text
    calls: list[str] = []

    def dying(name: str) -> str:
        calls.append(name)
        if len(calls) > 12:
            raise RuntimeError("killed")
        return read(name)

    monkeypatch.setattr(initials, "initials", dying)
    with steward.place.inside(), pytest.raises(RuntimeError):
        initials.fill(batch=2)
    left = empty(admin, steward)
    assert 0 < left < 3 * len(NAMES)
    monkeypatch.undo()
    with steward.place.inside():
        assert initials.fill(batch=2) == left
        assert initials.fill(batch=2) == 0
    assert empty(admin, steward) == 0
    assert "3-2-1502" in steward.get("customers?q=wxm").text
    assert "1 件" in steward.get("search?q=sx").text


def test_the_scheduler_asks_for_it_and_the_worker_does_it(
    steward: Person, admin: psycopg.Connection, dsns: dict[str, str], monkeypatch: pytest.MonkeyPatch, worker: Any
) -> None:
    monkeypatch.setattr(scheduler, "build_spares", lambda *_: 0)
    monkeypatch.setattr(doors, "_app", worker)
    with psycopg.connect(dsns["migrator"], autocommit=True) as connection:
        assert scheduler.tick(connection, dsns["migrator"])
        assert scheduler.tick(connection, dsns["migrator"])
    query = "SELECT id, args FROM platform.outbox WHERE job = 'initials.fill' AND tenant = %s"
    asked = admin.execute(query, [steward.place.schema]).fetchall()
    assert len(asked) == 1
    for _ in range(2):
        doors.run("initials.fill", steward.place.schema, str(asked[0][0]), *asked[0][1])
    assert empty(admin, steward) == 0
