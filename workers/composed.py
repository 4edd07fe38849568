"""The application for commands: no slices, no pages, the web role's rights."""

from collections.abc import Iterator
from contextlib import contextmanager

from saas.app import create_app
from saas.config import Config
from saas.db import db
from saas.identity.actor import Actor

BY = Actor(None, "命令行")


@contextmanager
def application() -> Iterator[None]:
    """An app context on the configured home. Raises FileNotFoundError before the bootstrap, GuardMissing."""
    with create_app(Config.load(), ()).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()
