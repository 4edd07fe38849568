"""A throw-away PostgreSQL (fsync on, as in production) and Valkey."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from saas.tenancy import roles
from workers.embedded.postgres import Postgres
from workers.embedded.valkey import Valkey


@dataclass(frozen=True)
class Cluster:
    """Addresses of the servers of one measurement."""

    home: Path
    admin_url: str
    redis_url: str

    @contextmanager
    def admin(self, database: str) -> Iterator[psycopg.Connection[Any]]:
        """A superuser's connection, each statement its own transaction."""
        dsn = roles.dsn_for(self.admin_url, "postgres", "", database)
        with psycopg.connect(dsn, autocommit=True) as connection:
            yield connection


@contextmanager
def cluster(home: Path) -> Iterator[Cluster]:
    """Start both servers; afterwards they and their data are gone."""
    with ExitStack() as stack:
        postgres, valkey = Postgres(home), Valkey(home)
        stack.callback(postgres.remove)
        admin_url = postgres.start()
        (postgres.root / "throwaway").touch()  # if we are killed, the next test run sweeps it away
        stack.callback(valkey.stop)
        yield Cluster(home, admin_url, valkey.start())
