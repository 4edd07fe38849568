"""The same project as the dossiers' tests."""

from tests.customers.conftest import estate

__all__ = ["estate"]
