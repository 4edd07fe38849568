"""Migrations: up from an earlier release with data in it, resumable, patient with people at work, in parallel."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from saas.tenancy import migrate
from saas.tenancy.spares import build_spares
from tests.workers.installation import Installation

NEXT = migrate.latest() + 1
SCRIPT = """
ALTER TABLE staff ADD COLUMN nickname text;
UPDATE staff SET nickname = left(name, 1);
ALTER TABLE staff ALTER COLUMN nickname SET NOT NULL;
CREATE TABLE notes (id uuid PRIMARY KEY, text text NOT NULL);
GRANT SELECT, INSERT ON notes TO {tenant};
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The migrations of the next release: ours and one more."""
    shutil.copytree(migrate.ROOT, tmp_path / "migrations")
    (tmp_path / "migrations/tenant" / f"{NEXT:04d}_nicknames.sql").write_text(SCRIPT)
    return tmp_path / "migrations"


@pytest.fixture(scope="module")
def released(admin_url: str, dsns: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of this release, before the next one."""
    made = Installation(admin_url, tmp_path_factory.mktemp("released") / "home", "linsheng_released").bootstrap(4)
    try:
        yield made
    finally:
        made.drop()


@pytest.fixture
def here(released: Installation, tmp_path: Path) -> Iterator[Installation]:
    copy = released.clone(tmp_path / "home", "linsheng_migrated")
    try:
        with copy.admin() as admin:
            for schema in schemas(copy):
                admin.execute(
                    f"INSERT INTO {schema}.staff (id, name, email, roles, since)"
                    f" VALUES (gen_random_uuid(), '林晓燕', 'lin@example.com', '{{steward}}', now())".encode()
                )
        yield copy
    finally:
        copy.drop()


def schemas(here: Installation) -> list[str]:
    with here.admin() as admin:
        return [row[0] for row in admin.execute("SELECT schema_name FROM platform.tenants ORDER BY id")]


def versions(here: Installation) -> dict[str, int]:
    with here.admin() as admin:
        return dict(admin.execute("SELECT schema_name, version FROM platform.tenants").fetchall())


def nicknames(here: Installation) -> list[str]:
    with here.admin() as admin:
        return [admin.execute(f"SELECT nickname FROM {s}.staff".encode()).fetchone()[0] for s in schemas(here)]  # type: ignore[index]


def test_every_tenant_moves_with_its_data(here: Installation, root: Path) -> None:
    seen: list[tuple[int, int]] = []
    assert migrate.migrate_tenants(here.dsns["migrator"], root=root, progress=lambda *step: seen.append(step)) == 4
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert nicknames(here) == ["林"] * 4
    assert set(versions(here).values()) == {NEXT}
    with here.admin() as admin:
        owner = admin.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'notes'").fetchall()
    assert owner == [("linsheng_owner",)] * 4


def test_nothing_to_do_is_one_query_of_the_registry(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    execute = psycopg.Connection.execute

    def note(self: psycopg.Connection, query: str, *args: object, **kwargs: object) -> object:
        asked.append(str(query))
        return execute(self, query, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg.Connection, "execute", note)
    assert migrate.migrate_tenants(here.dsns["migrator"]) == 0
    assert [query for query in asked if "ROLE" not in query] == [
        "SELECT schema_name FROM platform.tenants WHERE version < %s ORDER BY id"
    ]


def test_a_failure_in_the_middle_is_resumed(here: Installation, root: Path) -> None:
    third = schemas(here)[2]
    with here.admin() as admin:  # one tenant has a row that the new script trips over
        admin.execute(f"ALTER TABLE {third}.staff ADD COLUMN nickname text".encode())
    with pytest.raises(errors.DuplicateColumn):
        migrate.migrate_tenants(here.dsns["migrator"], root=root, parallel=1)
    assert versions(here)[third] == NEXT - 1
    with here.admin() as admin:
        assert admin.execute("SELECT to_regclass(%s)", [f"{third}.notes"]).fetchone() == (None,), "half a script"
        admin.execute(f"ALTER TABLE {third}.staff DROP COLUMN nickname".encode())
    left = sum(version < NEXT for version in versions(here).values())
    assert 1 <= left < 4
    assert migrate.migrate_tenants(here.dsns["migrator"], root=root) == left
    assert nicknames(here) == ["林"] * 4


def test_a_table_in_use_is_waited_for(here: Installation, root: Path) -> None:
    first = schemas(here)[0]
    with here.admin() as admin:  # the waits must not take as long in a test as they do at work
        admin.execute("ALTER ROLE migrator IN DATABASE \"linsheng_migrated\" SET lock_timeout = '100ms'")
    with psycopg.connect(here.dsns["app"]) as person:
        person.execute(f"SET ROLE {first}".encode())
        person.execute("SELECT 1 FROM staff")
        tried = threading.Event()
        release = threading.Thread(target=lambda: (tried.wait(30), person.rollback()))
        release.start()
        watcher = threading.Thread(target=_until_refused, args=(here, tried))
        watcher.start()
        assert migrate.migrate_tenants(here.dsns["migrator"], root=root) == 4
        release.join()
        watcher.join()
    assert set(versions(here).values()) == {NEXT}


def _until_refused(here: Installation, tried: threading.Event) -> None:
    """Let go only when the migration was seen waiting for the lock."""
    with here.admin() as admin:
        for _ in range(3000):
            if admin.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                break
            tried.wait(0.01)
    tried.wait(0.15)
    tried.set()


def test_a_table_that_is_never_let_go_ends_the_try(
    here: Installation, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "TRIES", 2)
    first = schemas(here)[0]
    with here.admin() as admin:
        admin.execute("ALTER ROLE migrator IN DATABASE \"linsheng_migrated\" SET lock_timeout = '50ms'")
    with psycopg.connect(here.dsns["app"]) as person:
        person.execute(f"SET ROLE {first}".encode())
        person.execute("SELECT 1 FROM staff")
        with pytest.raises(errors.LockNotAvailable):
            migrate.migrate_tenants(here.dsns["migrator"], root=root)
    assert migrate.migrate_tenants(here.dsns["migrator"], root=root) >= 1


def test_two_migrations_at_once_move_each_tenant_once(here: Installation, root: Path) -> None:
    faults: list[BaseException] = []

    def go() -> None:
        try:
            migrate.migrate_tenants(here.dsns["migrator"], root=root)
        except BaseException as fault:
            faults.append(fault)

    rivals = [threading.Thread(target=go) for _ in range(2)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert faults == []
    assert nicknames(here) == ["林"] * 4


def test_spares_are_built_at_the_newest_version(here: Installation) -> None:
    assert build_spares(here.dsns["migrator"], 6, batch=1) == 2
    assert build_spares(here.dsns["migrator"], 6) == 0
    assert len(versions(here)) == 6
    assert set(versions(here).values()) == {NEXT - 1}


@pytest.mark.parametrize("name", ["7_short.sql", "0100-dash.sql", "0100_Upper.sql"])
def test_a_badly_named_script_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "tenant").mkdir()
    (tmp_path / "tenant" / name).touch()
    with pytest.raises(ValueError, match=r"0001_noun\.sql"):
        migrate.scripts("tenant", tmp_path)


def test_a_number_used_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tenant").mkdir()
    (tmp_path / "tenant/0001_a.sql").touch()
    (tmp_path / "tenant/0001_b.sql").touch()
    with pytest.raises(ValueError, match="same number"):
        migrate.scripts("tenant", tmp_path)
