"""The background sealer: hash-chains each tenant's events, so that even an administrator's edit is found.

A chain by lock in the writers' path costs three quarters of the write rate; sealing afterwards costs next to nothing.
Only rows of transactions that have ended are taken (`xid < xmin`), in order, so none slips in behind a seal. A restore
may land where transaction ids begin lower than in the rows it brings, so it begins a new epoch, compared first.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql

BATCH = 5000
ROWS = (
    "SELECT epoch, xid::text, id, sha256(convert_to(concat_ws(chr(31), id, name, subject_type, subject_id, actor_id,"
    " actor_name, on_behalf_of, data::text, request_id, extract(epoch FROM occurred_at),"
    " extract(epoch FROM recorded_at), xid, epoch), 'UTF8'))"
    " FROM {schema}.events WHERE (epoch, xid, id) > (%s, %s::xid8, %s) AND {bound} ORDER BY epoch, xid, id LIMIT %s"
)
# Nothing is written any more under an epoch below the column's default.
ENDED = "(epoch < %s OR xid < pg_snapshot_xmin(pg_current_snapshot()))"
EPOCH = (
    "SELECT pg_get_expr(d.adbin, d.adrelid)::integer FROM pg_attrdef d JOIN pg_attribute a"
    " ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attrelid = %s::regclass AND a.attname = 'epoch'"
)
SEALS = "SELECT position, last_epoch, last_xid::text, last_id, rows, hash FROM {}.seals ORDER BY position"
BEFORE_ALL = (-1, "0", "00000000-0000-0000-0000-000000000000")


@dataclass(frozen=True)
class Broken:
    """A seal that no longer fits the rows it covers."""

    position: int


@dataclass(frozen=True)
class Head:
    """The newest seal of a tenant (position 0: none yet). Kept outside the database, it proves what came before it."""

    position: int
    hash: str


def seal(connection: Connection[Any], schema: str) -> int:
    """Seal what is new in one tenant; returns the number of rows. `connection` logs in as migrator, autocommit."""
    total = 0
    with connection.transaction():
        connection.execute("SET LOCAL ROLE audit_owner")
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [schema])
        epoch = _epoch(connection, schema)
        while rows := _seal_batch(connection, schema, epoch):
            total += rows
    return total


def _epoch(connection: Connection[Any], schema: str) -> int:
    row = connection.execute(EPOCH, [f"{schema}.events"]).fetchone()
    return int(row[0]) if row else 0


def _seal_batch(connection: Connection[Any], schema: str, epoch: int) -> int:
    name = sql.Identifier(schema)
    last = connection.execute(sql.SQL(SEALS + " DESC LIMIT 1").format(name)).fetchone()
    position, *end, _, previous = last or (0, *BEFORE_ALL, 0, b"")
    bound = sql.SQL(ENDED.replace("%s", "{}")).format(sql.Literal(epoch))
    rows = connection.execute(sql.SQL(ROWS).format(schema=name, bound=bound), [*end, BATCH]).fetchall()
    if not rows:
        return 0
    connection.execute(
        sql.SQL(
            "INSERT INTO {}.seals (position, last_epoch, last_xid, last_id, rows, hash)"
            " VALUES (%s, %s, %s::xid8, %s, %s, %s)"
        ).format(name),
        [position + 1, *rows[-1][:3], len(rows), _chain(previous, [r[3] for r in rows])],
    )
    return len(rows)


def _chain(previous: bytes, hashes: list[bytes]) -> bytes:
    digest = hashlib.sha256(bytes(previous))
    for each in hashes:
        digest.update(bytes(each))
    return digest.digest()


def verify(connection: Connection[Any], schema: str) -> Broken | None:
    """Recompute the whole chain of a tenant; the first seal that does not fit, or None."""
    with connection.transaction():
        connection.execute("SET LOCAL ROLE audit_owner")
        broken = _broken(connection, sql.Identifier(schema))
        connection.execute("RESET ROLE")  # the caller may have a transaction of its own around this one
    return broken


def _broken(connection: Connection[Any], name: sql.Identifier) -> Broken | None:
    begin, previous = BEFORE_ALL, b""
    for position, epoch, xid, row_id, count, expected in connection.execute(sql.SQL(SEALS).format(name)).fetchall():
        end = sql.SQL("(epoch, xid, id) <= ({}, {}::xid8, {})").format(*map(sql.Literal, (epoch, xid, row_id)))
        rows = connection.execute(sql.SQL(ROWS).format(schema=name, bound=end), [*begin, count + 1]).fetchall()
        if len(rows) != count or _chain(previous, [r[3] for r in rows]) != bytes(expected):
            return Broken(position)
        begin, previous = (epoch, xid, row_id), expected
    return None


def head(connection: Connection[Any], schema: str, position: int | None = None) -> Head:
    """The newest seal, or that at `position`; Head(0, "") when there is none."""
    which = sql.SQL("WHERE position = {}").format(sql.Literal(position)) if position is not None else sql.SQL("")
    row = connection.execute(
        sql.SQL("SELECT position, encode(hash, 'hex') FROM {}.seals {} ORDER BY position DESC LIMIT 1").format(
            sql.Identifier(schema), which
        )
    ).fetchone()
    return Head(*row) if row else Head(0, "")


def begin_epoch(connection: Connection[Any], schema: str) -> int:
    """After a restore, before anybody writes: events from here on sort behind every restored one. Needs audit_owner."""
    name = sql.Identifier(schema)
    row = connection.execute(
        sql.SQL(
            "SELECT greatest((SELECT max(epoch) FROM {0}.events), (SELECT max(last_epoch) FROM {0}.seals), 0) + 1"
        ).format(name)
    ).fetchone()
    epoch = int(row[0]) if row else 1
    connection.execute(
        sql.SQL("ALTER TABLE {}.events ALTER COLUMN epoch SET DEFAULT {}").format(name, sql.Literal(epoch))
    )
    return epoch
