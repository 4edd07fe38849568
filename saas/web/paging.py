"""Which page of a list is asked for, and the addresses of the others: filters and page live in the URL."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

SIZES = (20, 50, 100)
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Paging:
    """Page (from 1) and size of this request."""

    page: int
    size: int

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * self.size


def paging() -> Paging:
    """`?page=…&size=…`, brought into bounds; whatever else is written there means the first page."""
    size = request.args.get("size", SIZES[0], type=int)
    page = request.args.get("page", 1, type=int)
    return Paging(min(max(page, 1), MOST), size if size in SIZES else SIZES[0])


def here(**changes: Any) -> str:
    """The address of this list with some of its arguments changed; empty ones are left out."""
    values = {**request.args.to_dict(), **changes}
    return f"{request.path}?{urlencode({k: v for k, v in values.items() if v not in ('', None)})}"
