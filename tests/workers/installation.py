"""A whole installation of its own (database, home, application) for tests that take one apart and put it back."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from saas import config, events, files
from saas.app import create_app
from saas.companies import actions
from saas.config import Config
from saas.db import db
from saas.documents.models import Document
from saas.identity import Actor
from saas.tenancy import roles
from saas.tenancy.bootstrap import bootstrap, write_dsns
from saas.tenancy.models import Tenant
from saas.tenancy.staff import Staff
from tests.world import OPERATOR, Place, World
from workers.admin import inside
from wsgi import slices

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND (n.nspname = %s OR (%s = '' AND n.nspname ~ '^(platform|t_[0-9]+)$')) ORDER BY 1, 2"""


class Installation:
    """One database on a cluster, with its home."""

    def __init__(self, admin_url: str, home: Path, database: str) -> None:
        self.url, self.home, self.database = admin_url, home, database

    @contextmanager
    def world(self) -> Iterator[World]:
        """The product running here; every connection is closed at the end, as a restore needs it."""
        before = config._current
        made = Config(self.home, self.dsns, "redis://127.0.0.1:1/0", "", "http://localhost", "secret" * 4, testing=True)
        app = create_app(made, slices())
        try:
            yield World(app)
        finally:
            with app.app_context():
                db.engine.dispose()
            config._current = before

    @property
    def dsns(self) -> dict[str, str]:
        """The addresses that bootstrap or a restore wrote."""
        return {path.name: path.read_text() for path in (self.home / "dsn").iterdir()}

    def bootstrap(self, spares: int = 5) -> "Installation":
        """Create the database and everything in it."""
        bootstrap(self.url, self.home, database=self.database, spares=spares)
        return self

    def clone(self, home: Path, database: str) -> "Installation":
        """A copy of database and home, with the guards that a copy loses applied again. Nobody may be connected."""
        copy = Installation(self.url, home, database)
        shutil.copytree(self.home, home)
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{database}" TEMPLATE "{self.database}"'.encode())
        with copy.admin() as admin, admin.transaction():
            roles.apply_guards(admin, database)
            write_dsns(admin, self.url, home, database)
        return copy

    def admin(self) -> psycopg.Connection:
        """A superuser's connection, autocommit."""
        return psycopg.connect(inside(self.url, self.database), autocommit=True)

    def picture(self, schema: str = "") -> dict[str, str]:
        """Every table of a schema (or of all) with a digest of its rows."""
        with self.admin() as admin:
            found = {}
            for table in admin.execute(TABLES, [schema, schema]).fetchall():
                query = sql.SQL("SELECT md5(coalesce(string_agg(x::text, chr(10) ORDER BY x::text), '')) FROM {} x")
                row = admin.execute(query.format(sql.Identifier(*table))).fetchone()
                found[".".join(table)] = row[0] if row else ""
            return found

    def drop(self) -> None:
        """Remove the database."""
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)'.encode())


def furnish(place: Place, text: str) -> str:
    """Staff, events, a file with a document that refers to it, a job that waits; answers the file's digest."""
    with place.world.app.app_context():
        user = uuid4()
        tenant = db.session.get_one(Tenant, place.tenant_id)
        actions.take_in(tenant, f"{user.hex[:8]}@example.com", "林晓燕", ["steward"], by=OPERATOR)
        db.session.commit()
    with place.inside():
        steward = db.session.query(Staff).filter_by(name="林晓燕").first()
        assert steward
        digest = files.store(place.schema, text.encode())
        document = Document(
            id=uuid4(), kind="form", subject_type="staff", subject_id=steward.id, title="处理单 <>\\\t\n'\"",
            state="ready",
            readers=["steward"], sha256=digest, size=len(text), requested_by=steward.id, requested_by_name=steward.name,
            requested_at=steward.since, finished_at=steward.since,
        )  # fmt: skip
        db.session.add(document)
        db.session.commit()
    note(place, 3, text)
    return digest


def note(place: Place, count: int, text: str = "x") -> None:
    """Record some events about nobody in particular. Commits."""
    with place.inside():
        for _ in range(count):
            events.record(
                "note.made", Staff(id=uuid4()), Actor.system(), text=f"{text}\n\\.\nCOPY x FROM stdin;\n\t\\N"
            )
        db.session.commit()
