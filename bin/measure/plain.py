"""The product for one tenant, without tenancy: what `tenancy_cpu_ratio` compares with. A fixture of the bench alone.

Its login owns the tables in a schema named like itself, so no query switches; connections go back to the pool as
SQLAlchemy and psycopg do it by themselves, prepared statements included; no guards are asked for.
"""

from typing import Any

from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from saas import app as application
from saas import db as database
from saas.config import Config
from saas.tenancy import entry, guards
from wsgi import slices

SWITCH = "set_config('role', place.schema_name, true)"
LOGIN = "plain"
POOL = {"pool_size": 8, "max_overflow": 8, "use_native_hstore": False}


def stay(session: Session, schema: str) -> None:
    """Instead of `note_entered`: pages still see where they are, but nothing switches."""
    session.info["tenant"] = schema


def leave_alone(engine: Any) -> Any:
    """Instead of `guard`: the connection goes back as it is."""
    return engine


def without_tenancy() -> Flask:
    """The web application with everything that tenancy adds taken out of this process."""
    written = str(entry.MEMBER)
    if SWITCH not in written:
        raise LookupError("the entering query has changed: say here what it does without a switch")
    entry.MEMBER = text(written.replace(SWITCH, "place.schema_name"))
    replaced: dict[Any, dict[str, Any]] = {
        entry: {"note_entered": stay},
        application: {"engine_options": lambda: dict(POOL), "guard": leave_alone},
        guards: {"check": lambda dsn: None},
    }
    for module, changes in replaced.items():
        vars(module).update(changes)
    event.remove(Session, "after_begin", database.reenter)
    return application.create_app(Config.load(), slices())


def __getattr__(name: str) -> Flask:
    """`bin.measure.plain:app`, built when the server asks for it."""
    if name == "app":
        return without_tenancy()
    raise AttributeError(name)
