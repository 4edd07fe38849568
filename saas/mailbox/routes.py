"""/mailbox: what the local catcher received, for the person at this machine only."""

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.exceptions import NotFound

from saas import config
from saas.identity.access import public
from saas.mailbox import queries
from saas.web import page

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")

LOOPBACK = ("127.0.0.1", "::1", "localhost")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
SIZES = (20, 50, 100)


@blueprint.before_request
def only_from_here() -> None:
    """404 without a catcher, for other machines, behind a proxy, and under a foreign host name (DNS rebinding)."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    near = request.remote_addr in LOOPBACK and host.strip("[]") in LOOPBACK
    if not (config.current().catcher and near) or any(name in request.headers for name in FORWARDED):
        raise NotFound


@blueprint.get("")
@public
def index() -> Any:
    """The newest mails."""
    size = request.args.get("size", SIZES[0], type=int)
    size = size if size in SIZES else SIZES[0]
    at = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    mails, total = queries.latest(config.current().home, limit=size, offset=(at - 1) * size)

    def link(page: int = at, size: int = size) -> str:
        return url_for("mailbox.index", page=page, size=size)

    return page("mailbox/index.html", mails=mails, total=total, at=at, size=size, link=link)


@blueprint.get("/<name>")
@public
def show(name: str) -> Any:
    """One mail, as text."""
    mail = queries.opened(config.current().home, name)
    if mail is None:
        raise NotFound
    return page("mailbox/show.html", mail=mail)
