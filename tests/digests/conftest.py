"""The people and the household of the tests of complaints."""

from tests.complaints.conftest import yard

__all__ = ["yard"]
