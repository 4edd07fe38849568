"""Many rows in one statement: imports write a hundred thousand rows in short transactions."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from saas.db import Model, db


def insert_many(objects: Sequence[Model]) -> None:
    """Insert new objects of one model, which are never added to the session.

    Defaults in Python apply; those of the database always win.

    One parameter carries all rows, so neither SQLAlchemy nor the driver looks at each value.
    """
    if not objects:
        return
    table: Any = type(objects[0]).__table__
    columns = [column for column in table.columns if column.server_default is None and column.computed is None]
    dialect = db.session.get_bind().dialect
    shape = ", ".join(f'"{column.name}" {column.type.compile(dialect)}' for column in columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    rows = [{column.name: _value(each, column) for column in columns} for each in objects]
    statement = (
        f'INSERT INTO "{table.name}" ({names})'  # noqa: S608 - names of our own models
        f" SELECT {names} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r({shape})"
    )
    db.session.execute(text(statement), {"rows": json.dumps(rows, default=str)})


def _value(each: Model, column: Any) -> Any:
    value = getattr(each, column.name)
    if value is not None or column.default is None:
        return value
    return column.default.arg(None) if column.default.is_callable else column.default.arg
