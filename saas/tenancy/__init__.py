"""A database schema and a database role for each tenant; one Session serves one tenant for its whole life."""

from saas.tenancy.entry import Visit, digest, enter, enter_as_member, enter_by_link, identify

__all__ = ["Visit", "digest", "enter", "enter_as_member", "enter_by_link", "identify"]
