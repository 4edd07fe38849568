"""The composition root: which slices make up the product."""

from flask import Flask

from saas.app import create_app
from saas.config import Config
from saas.documents.routes import blueprint as documents
from saas.identity.routes import blueprint as identity
from saas.mailbox.routes import blueprint as mailbox
from saas.web.shell import Slice


def slices() -> list[Slice]:
    """The slices, kernel pages first."""
    return [Slice(identity), Slice(documents), Slice(mailbox)]


def __getattr__(name: str) -> Flask:
    """`wsgi:app` is built when the server asks for it, so that importing this module needs no database."""
    if name == "app":
        return create_app(Config.load(), slices())
    raise AttributeError(name)
