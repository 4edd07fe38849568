"""Doors of the board: measure a tenant, carry its figures to the head office, compare both each night."""

from flask import current_app

from saas.board import arriving, measuring, reconciling
from saas.db import db, schema_of


def measure() -> None:
    """Measure what was touched in the tenant that was entered."""
    measuring.measure(current_app.extensions["evidence"])


def reconcile() -> None:
    """Measure and compare everything."""
    reconciling.reconcile(current_app.extensions["evidence"])


def remeasure() -> None:
    """Measure everything of a tenant that was restored, and send it over what the head office knew."""
    reconciling.reconcile(current_app.extensions["evidence"], restored=True)


def apply() -> None:
    """Bring what the project sent into its head office: in a Session of its own, because this one is the project's."""
    arriving.arrive(schema_of(db.session()) or "")
