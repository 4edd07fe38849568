"""Models and migration scripts say the same thing."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Table

from saas.db import Model
from tests.world import World

# Columns that the database fills by itself and no model reads.
DATABASE_ONLY = {"recorded_at", "xid", "epoch"}


def mapped() -> list[Table]:
    return list(Model.metadata.tables.values())


def test_every_mapped_column_exists_with_its_nullability(app: Flask, world: World, admin: psycopg.Connection) -> None:
    schema = world.project(world.company()).schema
    real = {
        (row[0], row[1], row[2]): (row[3], row[4])
        for row in admin.execute(
            "SELECT n.nspname, c.relname, a.attname, NOT a.attnotnull, a.attgenerated <> '' FROM pg_attribute a"
            " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r' AND n.nspname IN ('platform', %s)",
            [schema],
        )
    }
    wrong = []
    for table in mapped():
        place = table.schema or schema
        for column in table.columns:
            nullable, _ = real.get((place, table.name, column.name), (None, False))
            if nullable is None:
                wrong.append(f"{table.name}.{column.name} is not in the database")
            elif nullable != column.nullable:
                wrong.append(f"{table.name}.{column.name}: nullable is {nullable} in the database")
        known = {column.name for column in table.columns} | DATABASE_ONLY
        # what the database makes of other columns is for its indexes and foreign keys
        there = {key[2] for key, (_, generated) in real.items() if key[:2] == (place, table.name) and not generated}
        wrong += [f"{table.name}.{name} is not mapped" for name in there - known]
    assert not wrong, "\n".join(wrong)


@pytest.mark.rule("A1")
def test_tenant_tables_belong_to_owners_not_to_tenants(app: Flask, world: World, admin: psycopg.Connection) -> None:
    schema = world.project(world.company()).schema
    owners = admin.execute(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class"
        " WHERE relnamespace = %s::regnamespace AND relkind = 'r'",
        [schema],
    ).fetchall()
    assert {row[0] for row in owners} <= {"linsheng_owner", "audit_owner"}


def test_no_table_of_a_tenant_refers_to_the_platform(app: Flask, world: World, admin: psycopg.Connection) -> None:
    world.project(world.company())
    across = admin.execute(
        "SELECT conname FROM pg_constraint k JOIN pg_class a ON a.oid = k.conrelid"
        " JOIN pg_class b ON b.oid = k.confrelid WHERE k.contype = 'f' AND a.relnamespace <> b.relnamespace"
    ).fetchall()
    assert across == []
