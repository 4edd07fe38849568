"""What comes in from outside, made harmless before any view reads it: control characters are no part of any text."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from flask import current_app
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.datastructures.structures import iter_multi_items
from werkzeug.routing import UnicodeConverter

from saas.web.typed import clean

View = TypeVar("View", bound=Callable[..., Any])


class Values(ImmutableMultiDict[str, Any]):
    """Form fields and query arguments without control characters: PostgreSQL, XML and headers cannot carry them."""

    def __init__(self, mapping: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        pairs = iter_multi_items(mapping) if mapping is not None else ()
        super().__init__([(clean(key), clean(value)) for key, value in pairs])


class Incoming(HtmxAwareRequest):  # type: ignore[misc]
    """A request whose forms and queries are clean, in every view and every form library."""

    parameter_storage_class = Values

    @property
    def max_content_length(self) -> int | None:
        """What the view takes that the address leads to, or what the application allows."""
        view = current_app.view_functions.get(self.endpoint or "")
        largest: int | None = getattr(view, "largest", None)
        return largest or super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value


def takes(largest: int) -> Callable[[View], View]:
    """Let a view take a body of so many bytes; all others take what the application allows. Stands below the route."""

    def mark(view: View) -> View:
        view.__dict__["largest"] = largest
        return view

    return mark


class Segment(UnicodeConverter):
    """A part of an address. One with control characters in it leads nowhere (404)."""

    def __init__(self, map: Any, minlength: int = 1, maxlength: int | None = None, length: int | None = None) -> None:
        super().__init__(map, minlength, maxlength, length)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]", 1)
