"""What comes in from outside, made harmless before any view reads it: control characters are no part of any text."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.datastructures.structures import iter_multi_items
from werkzeug.routing import UnicodeConverter

from saas.web.typed import clean


class Values(ImmutableMultiDict[str, Any]):
    """Form fields and query arguments without control characters: PostgreSQL, XML and headers cannot carry them."""

    def __init__(self, mapping: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        pairs = iter_multi_items(mapping) if mapping is not None else ()
        super().__init__([(clean(key), clean(value)) for key, value in pairs])


class Incoming(Request):
    """A request whose forms and queries are clean, in every view and every form library."""

    parameter_storage_class = Values


class Segment(UnicodeConverter):
    """A part of an address. One with control characters in it leads nowhere (404)."""

    def __init__(self, map: Any, minlength: int = 1, maxlength: int | None = None, length: int | None = None) -> None:
        super().__init__(map, minlength, maxlength, length)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]", 1)
