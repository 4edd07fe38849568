"""The embedded servers keep what was acknowledged, whatever is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from workers.embedded.install import binaries
from workers.embedded.places import InUse
from workers.embedded.postgres import Postgres
from workers.embedded.valkey import Valkey


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "a home, with spaces"


@pytest.fixture
def postgres(home: Path) -> Iterator[Postgres]:
    server = Postgres(home, fsync=False)
    yield server
    server.remove()


@pytest.fixture
def valkey(home: Path) -> Iterator[Valkey]:
    server = Valkey(home)
    yield server
    server.stop()


def test_database_survives_a_killed_postmaster(postgres: Postgres) -> None:
    postgres.fsync = True
    url = postgres.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT '邻声' AS word")
    os.kill(int((postgres.root / "pid").read_text()), signal.SIGKILL)
    postgres.stop()

    again = postgres.start()
    assert again == url
    with psycopg.connect(again) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("邻声",)


def test_database_knows_chinese_and_listens_on_no_port(postgres: Postgres) -> None:
    url = postgres.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        found = connection.execute("SELECT show_trgm('物业'), current_setting('listen_addresses')").fetchone()
    assert found
    assert found[0]
    assert found[1] == ""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connected:
        assert connected.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_socket_is_closed_to_others(postgres: Postgres) -> None:
    postgres.start()
    assert (postgres.root / "s").stat().st_mode & 0o077 == 0
    assert subprocess.run([binaries() / "psql", "--version"], capture_output=True, check=True).stdout


def test_leftover_of_a_killed_parent_is_replaced(postgres: Postgres, valkey: Valkey, home: Path) -> None:
    script = (
        "import sys, os, pathlib\n"
        "from workers.embedded.postgres import Postgres; from workers.embedded.valkey import Valkey\n"
        "home = pathlib.Path(sys.argv[1]); p = Postgres(home, fsync=False); v = Valkey(home)\n"
        "import psycopg, redis\n"
        "with psycopg.connect(p.start()) as c: c.execute('CREATE TABLE kept (n int)')\n"
        "redis.Redis.from_url(v.start()).set('kept', 1)\n"
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", script, home], check=False, cwd=Path(__file__).parents[2])
    assert killed.returncode == -signal.SIGKILL
    left = [psutil.Process(int((root / "pid").read_text())) for root in (postgres.root, valkey.root)]
    assert all(process.is_running() for process in left)

    with psycopg.connect(postgres.start()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    client = redis.Redis.from_url(valkey.start())
    assert client.get("kept") == b"1"
    client.close()
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in left)


def test_two_processes_cannot_share_a_home(postgres: Postgres, valkey: Valkey, home: Path) -> None:
    postgres.start()
    valkey.start()
    with pytest.raises(InUse):
        Postgres(home).start()
    with pytest.raises(InUse):
        Valkey(home).start()


def test_stranger_with_the_number_of_the_old_postmaster(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    state = f"{os.getppid()}\n{postgres.data}\n1\n5432\n{postgres.root / 's'}\n\n     0         0\nready   \n"
    (postgres.data / "postmaster.pid").write_text(state)
    (postgres.root / "pid").write_text(str(os.getppid()))
    psycopg.connect(postgres.start()).close()


def test_half_made_cluster_starts_afresh(postgres: Postgres) -> None:
    draft = postgres.root / "data.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18")
    psycopg.connect(postgres.start()).close()


def test_queue_survives_kill(valkey: Valkey) -> None:
    client = redis.Redis.from_url(valkey.start())
    assert client.client_list()  # RQ asks for it, and it names our socket
    client.rpush("jobs", *range(1500))
    client.close()
    os.kill(int((valkey.root / "pid").read_text()), signal.SIGKILL)
    valkey.stop()
    client = redis.Redis.from_url(valkey.start())
    assert client.llen("jobs") == 1500
    client.close()


def test_long_home_gets_a_short_socket(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path / ("很长的路径" * 12))
    client = redis.Redis.from_url(valkey.start())
    assert client.ping()
    client.close()
    valkey.stop()
