"""Pages: one URL answers the whole page or the fragment that htmx asked for."""

from saas.web.once import done, once
from saas.web.page import page, see

__all__ = ["done", "once", "page", "see"]
