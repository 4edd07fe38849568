"""Every guard can fail: opened in a transaction of its own, it is named, and no process starts."""

from pathlib import Path

import psycopg
import pytest
from flask import Flask

from saas import config
from saas.app import create_app
from saas.config import Config
from saas.tenancy import guards
from saas.tenancy.guards import BOUNDS, PROBES, SETTINGS, GuardMissing
from tests.world import World

pytestmark = pytest.mark.rule("A1")

OPENED = {
    "TEMP on the database is revoked from PUBLIC": "GRANT TEMP ON DATABASE linsheng_test TO PUBLIC",
    "CONNECT on the database is revoked from PUBLIC": "GRANT CONNECT ON DATABASE linsheng_test TO PUBLIC",
    "set_config is revoked from PUBLIC": "GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC",
    "advisory locks are revoked from PUBLIC": "GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO PUBLIC",
    "notify is revoked from PUBLIC": "GRANT EXECUTE ON FUNCTION pg_notify(text, text) TO PUBLIC",
    "sleep is revoked from PUBLIC": "GRANT EXECUTE ON FUNCTION pg_sleep(double precision) TO PUBLIC",
    "large objects are revoked from PUBLIC": "GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC",
    "catalogues are revoked from PUBLIC": "GRANT SELECT ON pg_catalog.pg_class TO PUBLIC",
    "statistics are revoked from PUBLIC": "GRANT SELECT ON pg_catalog.pg_stats TO PUBLIC",
    "schema public is closed": "GRANT USAGE ON SCHEMA public TO PUBLIC",
    "languages are revoked from PUBLIC": "GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC",
    "process roles do not inherit": "ALTER ROLE worker INHERIT",
    "web and workers hold tenant roles by SET only": "GRANT t_00001 TO app WITH INHERIT TRUE",
    "audit rows cannot be changed by a tenant": "GRANT UPDATE ON t_00001.events TO t_00001",
    "tenant schemas belong to audit_owner": "ALTER SCHEMA t_00001 OWNER TO linsheng_owner",
    "tenants cannot read the outbox": "GRANT SELECT ON platform.outbox TO tenant",
    "tenants cannot write the outbox's tenant column": "GRANT INSERT (tenant) ON platform.outbox TO tenant",
    "tenants cannot read the board's deltas": "GRANT SELECT ON platform.board_deltas TO tenant",
    "tenants cannot write the tenant column of the board's deltas": (
        "GRANT INSERT (tenant) ON platform.board_deltas TO tenant"
    ),
    "tenants cannot read what others report": "GRANT SELECT ON platform.hotline_reports TO tenant",
    "tenants cannot write the tenant column of reports": (
        "GRANT INSERT (tenant) ON platform.hotline_reports TO tenant"
    ),
}
MORE = {
    "audit rows cannot be changed by a tenant": [
        "GRANT DELETE ON t_00001.events TO t_00001",
        "GRANT TRUNCATE ON t_00001.seals TO PUBLIC",
        "ALTER TABLE t_00001.events OWNER TO linsheng_owner",
    ],
    "process roles do not inherit": [
        "ALTER ROLE app SUPERUSER",
        "ALTER ROLE relay BYPASSRLS",
        "ALTER ROLE app CREATEROLE",
    ],
    "web and workers hold tenant roles by SET only": ["GRANT t_00001 TO worker WITH ADMIN OPTION"],
}
CASES = [*OPENED.items(), *((name, opening) for name, openings in MORE.items() for opening in openings)]


def test_every_probe_is_shown_to_fail() -> None:
    assert set(OPENED) == set(PROBES)


def test_all_guards_stand(admin: psycopg.Connection, dsns: dict[str, str]) -> None:
    for process in ("app", "worker"):
        guards.check(dsns[process])
    assert guards.unlocked(admin) == []


@pytest.mark.parametrize(("name", "opening"), CASES, ids=[opening for _, opening in CASES])
def test_an_open_guard_is_named(admin: psycopg.Connection, name: str, opening: str) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute(opening.encode())
        assert guards.unlocked(admin) == [name]


@pytest.mark.parametrize("setting", [*SETTINGS, *BOUNDS])
def test_a_lost_setting_is_named(dsns: dict[str, str], setting: str) -> None:
    with psycopg.connect(dsns["app"], autocommit=True) as connection:
        connection.execute(f"SET {setting} = {'public' if setting in SETTINGS else 0}".encode())
        [lost] = guards.missing(connection)
    assert lost.startswith(f"{setting} is ")


def test_the_web_refuses_to_start(world: World, app: Flask, admin: psycopg.Connection, dsns: dict[str, str]) -> None:
    made = Config(Path("/nowhere"), dsns, "", "", "http://localhost", "x", testing=True)
    before = config._current
    admin.execute("GRANT TEMP ON DATABASE linsheng_test TO PUBLIC")
    try:
        with pytest.raises(GuardMissing, match=r"TEMP on the database.*bin/manage bootstrap"):
            create_app(made, [])
    finally:
        admin.execute("REVOKE TEMP ON DATABASE linsheng_test FROM PUBLIC")
        config._current = before
