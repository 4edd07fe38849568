"""`page()` answers a request: the whole page, or one block of it when htmx asks for a part."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, g, make_response, redirect, render_template, request
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response as BaseResponse


def wants_part() -> bool:
    """True when htmx asks for a part; on Back and boosted links it wants the whole page (`HX-Request-Type: full`)."""
    return request.headers.get("HX-Request-Type") == "partial"


def page(template: str, *, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """Render `template`, or only its block when a part is wanted and the page has one (`block`)."""
    part = g.part = block is not None and wants_part()
    body = render_block(template, block, **context) if part and block else render_template(template, **context)
    response = make_response(body, status)
    response.vary.add("HX-Request")
    response.vary.add("HX-Request-Type")
    return response


def see(location: str) -> BaseResponse:
    """Send the browser on after a form was taken: 303, or `HX-Redirect` for a form that htmx posted."""
    if request.headers.get("HX-Request"):
        return Response(status=200, headers={"HX-Redirect": location})
    return redirect(location, 303)


def at(**changes: Any) -> str:
    """This page's address with some arguments changed (None removes one): the view stays in the URL."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in changes and v]
    changed = [(k, str(v)) for k, v in changes.items() if v is not None]
    return f"{request.path}?{urlencode(kept + changed)}"
