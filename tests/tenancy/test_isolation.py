"""Every attack of the isolation study, and every way a program can forget where it is."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from saas.db import AlreadyEntered, db, make_engine, note_entered
from saas.tenancy import enter
from saas.tenancy.staff import Staff
from tests.world import Place, World

pytestmark = pytest.mark.rule("A1")


@pytest.fixture
def two(world: World) -> tuple[Place, Place]:
    """Two projects of two companies, each with one steward."""
    first = world.project(world.company("xiangrui", "祥瑞物业"), "yunqi", "云栖花园")
    second = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号")
    first.staff("林晓燕", "steward")
    second.staff("赵敏", "steward")
    return first, second


def names() -> list[str]:
    return list(db.session.scalars(text("SELECT name FROM staff ORDER BY name")))


def test_each_tenant_sees_its_own_rows(two: tuple[Place, Place]) -> None:
    first, second = two
    with first.inside():
        assert names() == ["林晓燕"]
    with second.inside():
        assert names() == ["赵敏"]


def test_forgotten_tenant_fails_closed(two: tuple[Place, Place]) -> None:
    with two[0].world.app.app_context(), pytest.raises(ProgrammingError, match='"staff" does not exist'):
        names()


def test_exception_then_reuse_of_the_session_stays_inside(two: tuple[Place, Place]) -> None:
    with two[0].inside():
        with pytest.raises(ProgrammingError):
            db.session.execute(text("SELECT nonsense"))
        db.session.rollback()
        assert names() == ["林晓燕"]


def test_savepoint_rolled_back_keeps_the_role(two: tuple[Place, Place]) -> None:
    with two[0].inside():
        assert names() == ["林晓燕"]
        with pytest.raises(ProgrammingError), db.session.begin_nested():
            db.session.execute(text("SELECT nonsense"))
        assert names() == ["林晓燕"]


def test_each_later_transaction_reenters(two: tuple[Place, Place]) -> None:
    with two[0].inside():
        for _ in range(3):
            assert names() == ["林晓燕"]
            db.session.commit()


def test_a_session_serves_one_tenant_for_its_whole_life(two: tuple[Place, Place]) -> None:
    with two[0].inside():
        assert db.session.query(Staff).one().name == "林晓燕"
        with pytest.raises(AlreadyEntered):
            enter(db.session(), two[1].schema)


def test_autocommit_connection_fails_closed(two: tuple[Place, Place], dsns: dict[str, str]) -> None:
    engine = make_engine(dsns["app"]).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'SET LOCAL ROLE "{two[0].schema}"'))
        with pytest.raises(ProgrammingError, match="does not exist"):
            connection.execute(text("SELECT name FROM staff"))
    engine.dispose()


def attempt(place: Place, statement: str, values: dict[str, object] | None = None) -> str:
    """What the database answers to a statement injected inside a tenant."""
    with place.inside():
        db.session.execute(text("SELECT 1"))
        try:
            rows = db.session.execute(text(statement), values or {})
            return repr(rows.all()) if rows.returns_rows else "done"
        except Exception as error:
            return f"refused: {error}"


ATTACKS: dict[str, Callable[[Place], str]] = {
    "other tenant's table": lambda o: f"SELECT name FROM {o.schema}.staff",
    "platform users": lambda o: "SELECT email FROM platform.users",
    "platform tenants": lambda o: "SELECT name FROM platform.tenants",
    "outbox of others": lambda o: "SELECT * FROM platform.outbox",
    "forged outbox tenant": lambda o: (
        "INSERT INTO platform.outbox (id, tenant, queue, job, args, run_at) VALUES"
        f" (gen_random_uuid(), '{o.schema}', 'mail', 'x', '{{}}', now())"
    ),
    "set_config": lambda o: f"SELECT set_config('role', '{o.schema}', true)",
    "set_config in a subquery": lambda o: (
        f"SELECT name FROM staff WHERE (SELECT set_config('role', '{o.schema}', true)) IS NOT NULL"
    ),
    "pg_settings": lambda o: f"UPDATE pg_settings SET setting = '{o.schema}' WHERE name = 'role'",
    "stacked statements": lambda o: f"SELECT 1; SET LOCAL ROLE {o.schema}; SELECT name FROM staff",
    "temporary table": lambda o: "CREATE TEMP TABLE staff AS SELECT 1",
    "select into temp": lambda o: "SELECT 1 INTO TEMP planted",
    "temporary function": lambda o: "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "do block": lambda o: "DO $$ BEGIN PERFORM 1; END $$",
    "advisory lock": lambda o: "SELECT pg_advisory_lock(1)",
    "large object": lambda o: "SELECT lo_create(0)",
    "notify": lambda o: "SELECT pg_notify('x', 'y')",
    "sleep": lambda o: "SELECT pg_sleep(1)",
    "logical message": lambda o: "SELECT pg_logical_emit_message(false, 'x', 'y')",
    "names of tenants": lambda o: "SELECT nspname FROM pg_namespace",
    "sizes of tenants": lambda o: "SELECT relname, reltuples FROM pg_class",
    "table size": lambda o: "SELECT pg_total_relation_size('staff')",
    "other backends": lambda o: "SELECT query FROM pg_stat_activity",
    "roles": lambda o: "SELECT rolname FROM pg_roles",
    "information schema": lambda o: "SELECT table_name FROM information_schema.tables",
    "xml of a query": lambda o: f"SELECT query_to_xml('SELECT name FROM {o.schema}.staff', true, true, '')",
    "ts_stat": lambda o: "SELECT * FROM ts_stat('SELECT 1')",
    "drop audit": lambda o: "DROP TABLE events",
    "change audit": lambda o: "UPDATE events SET actor_name = 'x'",
    "remove audit": lambda o: "DELETE FROM events",
    "truncate audit": lambda o: "TRUNCATE events",
    "seal by hand": lambda o: (
        "INSERT INTO seals (position, last_epoch, last_xid, last_id, rows, hash)"
        " VALUES (1, 0, '1', gen_random_uuid(), 1, '')"
    ),
    "change decisions": lambda o: "UPDATE decisions SET reason = 'x'",
    "new table": lambda o: "CREATE TABLE mine (id int)",
    "server file": lambda o: "SELECT pg_read_file('/etc/passwd')",
    "copy to program": lambda o: "COPY staff TO PROGRAM 'cat'",
    "become the application": lambda o: "SELECT name FROM staff WHERE current_setting('role') = 'app'",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_injected_statement_is_refused(two: tuple[Place, Place], attack: str) -> None:
    answer = attempt(two[0], ATTACKS[attack](two[1]))
    assert answer.startswith("refused") or answer == "[]", answer
    assert "赵敏" not in answer


def test_reset_role_within_one_statement_gives_the_application_nothing(two: tuple[Place, Place]) -> None:
    with two[0].inside():
        db.session.execute(text("RESET ROLE"))
        with pytest.raises(ProgrammingError):
            names()


def test_stacked_text_is_refused_even_without_parameters(dsns: dict[str, str]) -> None:
    engine = make_engine(dsns["app"])
    with engine.connect() as connection, pytest.raises(ProgrammingError, match="multiple commands"):
        connection.exec_driver_sql("SELECT 1; SELECT 2")
    engine.dispose()


def test_connection_returns_clean_and_is_the_same_backend(two: tuple[Place, Place], dsns: dict[str, str]) -> None:
    engine = make_engine(dsns["app"])
    pids = set()
    for turn in range(50):
        place = two[turn % 2]
        with Session(engine) as session:
            note_entered(session, place.schema)
            expected = "林晓燕" if turn % 2 == 0 else "赵敏"
            assert session.scalars(text("SELECT name FROM staff")).all() == [expected]
            session.execute(text("SET SESSION work_mem = '1MB'"))
            session.commit()
        with engine.connect() as connection:
            pids.add(connection.connection.dbapi_connection.info.backend_pid)  # type: ignore[union-attr]
            assert connection.scalar(text("SELECT current_user")) == "app"
            assert connection.scalar(text("SHOW work_mem")) == "4MB"
            assert connection.scalar(text("SHOW search_path")) == '"$user", pg_temp'
    assert len(pids) == 1
    engine.dispose()


def test_app_itself_holds_nothing_of_a_tenant(two: tuple[Place, Place], dsns: dict[str, str]) -> None:
    with psycopg.connect(dsns["app"]) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT name FROM {two[0].schema}.staff".encode())


def test_worker_can_enter_but_relay_cannot(two: tuple[Place, Place], dsns: dict[str, str]) -> None:
    with psycopg.connect(dsns["worker"]) as connection:
        connection.execute(f"SET LOCAL ROLE {two[0].schema}".encode())
        assert connection.execute("SELECT name FROM staff").fetchall() == [("林晓燕",)]
    with psycopg.connect(dsns["relay"]) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SET LOCAL ROLE {two[0].schema}".encode())
