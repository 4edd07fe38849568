"""The audit chain: every event sealed once, tampering found, open transactions waited for."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from saas import clock, events, sealing
from saas.db import db
from saas.identity import Actor
from saas.tenancy.staff import Staff
from tests.world import Place, World
from workers import scheduler


@pytest.fixture
def project(world: World) -> Place:
    return world.project(world.company())


@pytest.fixture
def migrator(dsns: dict[str, str]) -> psycopg.Connection:  # type: ignore[misc]
    with psycopg.connect(dsns["migrator"], autocommit=True) as connection:
        yield connection


def happen(project: Place, count: int) -> None:
    with project.inside():
        for _ in range(count):
            events.record("note.made", Staff(id=uuid4()), Actor.system(), text="x")
        db.session.commit()


def sealed(project: Place) -> int:
    with project.inside():
        return db.session.scalar(text("SELECT coalesce(sum(rows), 0) FROM seals")) or 0


def test_every_event_is_sealed_once(
    project: Place, migrator: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    happen(project, 7)
    assert sealing.seal(migrator, project.schema) == 7
    assert sealing.seal(migrator, project.schema) == 0
    happen(project, 2)
    assert sealing.seal(migrator, project.schema) == 2
    assert sealed(project) == 9
    assert sealing.verify(migrator, project.schema) is None


def test_an_administrators_edit_is_found(
    project: Place, migrator: psycopg.Connection, admin: psycopg.Connection
) -> None:
    happen(project, 3)
    sealing.seal(migrator, project.schema)
    admin.execute(f"UPDATE {project.schema}.events SET data = '{{}}'".encode())
    assert sealing.verify(migrator, project.schema) == sealing.Broken(1)


def test_a_removed_event_is_found(project: Place, migrator: psycopg.Connection, admin: psycopg.Connection) -> None:
    happen(project, 3)
    sealing.seal(migrator, project.schema)
    admin.execute(
        f"DELETE FROM {project.schema}.events WHERE id = (SELECT id FROM {project.schema}.events LIMIT 1)".encode()
    )
    assert sealing.verify(migrator, project.schema) == sealing.Broken(1)


def test_an_open_transaction_is_waited_for(project: Place, migrator: psycopg.Connection) -> None:
    with project.inside():
        events.record("note.made", Staff(id=uuid4()), Actor.system())
        db.session.flush()
        happen_beside(project)
        assert sealing.seal(migrator, project.schema) == 0
        db.session.commit()
    assert sealing.seal(migrator, project.schema) == 2


def test_after_a_restore_lower_transaction_ids_sort_behind_what_was_there(
    project: Place, migrator: psycopg.Connection, admin: psycopg.Connection
) -> None:
    schema = project.schema
    happen(project, 3)
    sealing.seal(migrator, schema)
    happen(project, 1)  # was not sealed yet when the backup was made
    # as after a restore into a younger server: everything restored carries transaction ids of the future
    admin.execute(f"UPDATE {schema}.events SET xid = (xid::text::bigint + 1000000)::text::xid8".encode())
    admin.execute(f"DELETE FROM {schema}.seals".encode())
    assert sealing.seal(migrator, schema) == 0, "nothing may be sealed that could still be running"
    assert sealing.begin_epoch(admin, schema) == 1
    assert sealing.seal(migrator, schema) == 4
    happen(project, 2)
    assert sealing.seal(migrator, schema) == 2
    assert sealing.verify(migrator, schema) is None
    assert sealing.begin_epoch(admin, schema) == 2
    happen(project, 1)
    assert sealing.seal(migrator, schema) == 1
    assert sealing.verify(migrator, schema) is None


def test_a_tenant_cannot_choose_the_epoch(project: Place) -> None:
    with project.inside(), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(
            text(
                "INSERT INTO events (id, name, subject_type, subject_id, actor_name, data, occurred_at, epoch)"
                " VALUES (gen_random_uuid(), 'x', 'x', gen_random_uuid(), 'x', '{}', now(), 7)"
            )
        )


def happen_beside(project: Place) -> None:
    with project.world.app.app_context():
        from saas.tenancy import enter

        enter(db.session(), project.schema)
        events.record("note.made", Staff(id=uuid4()), Actor.system())
        db.session.commit()


def test_a_tick_builds_spares_asks_once_a_day_and_seals(
    project: Place, migrator: psycopg.Connection, dsns: dict[str, str], admin: psycopg.Connection
) -> None:
    happen(project, 1)
    assert scheduler.tick(migrator, dsns["migrator"])
    assert scheduler.tick(migrator, dsns["migrator"])
    asked = admin.execute("SELECT tenant FROM platform.outbox WHERE job = 'obligations.daily'").fetchall()
    assert sorted({row[0] for row in asked}) == sorted(row[0] for row in asked)
    assert (project.schema,) in asked
    assert sealed(project) == 1


def test_two_schedulers_do_not_tick_at_once(migrator: psycopg.Connection, dsns: dict[str, str], project: Place) -> None:
    with psycopg.connect(dsns["migrator"], autocommit=True) as rival:
        rival.execute("SELECT pg_advisory_lock(%s)", [scheduler.LOCK])
        assert not scheduler.tick(migrator, dsns["migrator"])


@pytest.mark.parametrize("platform", [False, True])
def test_the_first_tick_of_a_day_forgets_forms_taken_a_month_ago(
    project: Place, migrator: psycopg.Connection, dsns: dict[str, str], admin: psycopg.Connection, platform: bool
) -> None:
    forms = f"{'platform' if platform else project.schema}.taken_forms"
    for days in (31, 29):
        taken = clock.now() - timedelta(days=days)
        admin.execute(f"INSERT INTO {forms} (key, taken_at) VALUES (gen_random_uuid(), %s)", [taken])
    assert scheduler.tick(migrator, dsns["migrator"])
    assert len(admin.execute(f"SELECT 1 FROM {forms}").fetchall()) == 1
    with clock.at(clock.now() + timedelta(days=2)):
        assert scheduler.tick(migrator, dsns["migrator"])
    assert admin.execute(f"SELECT 1 FROM {forms}").fetchall() == []
