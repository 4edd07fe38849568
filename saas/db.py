"""The one way to PostgreSQL: extended protocol only, transaction-local roles, nothing left behind on a connection."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Format
from sqlalchemy import URL, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.pool import PoolResetState

SCHEMA_NAME = re.compile(r"t_[0-9]{5,}")


class Model(DeclarativeBase):
    """Tenant models carry no schema: the role decides whose table is meant. Platform models say schema="platform"."""

    metadata = MetaData()


db = SQLAlchemy(model_class=Model, disable_autonaming=True)


class ExtendedCursor(psycopg.Cursor[Any]):
    """Asks for binary results, so psycopg always takes the extended protocol, which refuses stacked statements."""

    def __init__(self, connection: psycopg.Connection[Any], **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self.format = Format.BINARY


def engine_options() -> dict[str, Any]:
    """Options for every engine that serves requests or jobs; `guard` must be called on the engine too."""
    return {
        "connect_args": {"cursor_factory": ExtendedCursor, "prepare_threshold": None},
        "pool_reset_on_return": None,
        "pool_size": 8,
        "max_overflow": 8,
        "pool_recycle": 900,  # a backend keeps 0.9 MB for each tenant it touched: bound its life
        "use_native_hstore": False,
        "hide_parameters": True,  # what people typed is no part of an error's text
    }


def sqlalchemy_url(dsn: str) -> URL:
    """The same address as SQLAlchemy wants it; a socket directory goes into the query."""
    parts = conninfo_to_dict(dsn)
    host, port = str(parts.get("host") or ""), parts.get("port")
    socket = host.startswith("/")
    return URL.create(
        "postgresql+psycopg",
        username=str(parts["user"]),
        password=str(parts["password"]) if parts.get("password") else None,
        host=None if socket else host or None,
        port=int(port) if port and not socket else None,
        database=str(parts["dbname"]),
        query={"host": host, **({"port": str(port)} if port else {})} if socket else {},
    )


def guard(engine: Engine) -> Engine:
    """Wipe a connection when it goes back to the pool: role, settings, temporary objects, prepared statements."""

    @event.listens_for(engine, "reset")
    def wipe(connection: DBAPIConnection, _record: Any, state: PoolResetState) -> None:
        if state.terminate_only:
            return
        raw: Any = connection
        raw.rollback()
        raw.autocommit = True  # DISCARD ALL cannot run inside a transaction
        raw.execute("DISCARD ALL")
        raw.autocommit = False

    return engine


def make_engine(dsn: str) -> Engine:
    """An engine outside Flask with the same guards as the web's; the isolation is attacked through it."""
    return guard(create_engine(sqlalchemy_url(dsn), **engine_options()))


class AlreadyEntered(RuntimeError):
    """A Session was asked to serve a second tenant: its identity map would hand out the first one's objects."""


def schema_of(session: Session) -> str | None:
    """The tenant that this Session has entered, or None."""
    value: str | None = session.info.get("tenant")
    return value


def note_entered(session: Session, schema: str) -> None:
    """Remember the tenant, so that every later transaction of this Session starts inside it."""
    if not SCHEMA_NAME.fullmatch(schema):
        raise ValueError(f"not a tenant schema: {schema!r}")
    if schema_of(session) not in (None, schema):
        raise AlreadyEntered(schema)
    session.info["tenant"] = schema


@event.listens_for(Session, "after_begin")
def reenter(session: Session, transaction: SessionTransaction, connection: Any) -> None:
    """Switch each new transaction to the Session's tenant; a savepoint inherits the role of its transaction."""
    schema = schema_of(session)
    if schema is not None and not transaction.nested:
        connection.execute(text(f'SET LOCAL ROLE "{schema}"'))


@contextmanager
def separate_session() -> Iterator[Session]:
    """A short unswitched transaction of its own beside the request's (session bookkeeping, board of projects)."""
    with Session(db.engine) as session, session.begin():
        yield session
