"""The application for commands: no slices, no pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from saas.app import create_app
from saas.config import Config
from saas.db import db
from saas.identity.actor import Actor

BY = Actor(None, "命令行")


@contextmanager
def application(process: str = "app") -> Iterator[None]:
    """An app context on the configured home, with the rights of a process role.

    Raises FileNotFoundError before the bootstrap, GuardMissing.
    """
    with create_app(Config.load(), (), process).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()
