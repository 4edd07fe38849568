"""Flask-Login asks here who is there. One query authenticates the cookie, checks the membership and switches."""

from flask import Flask, Request, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin
from werkzeug.wrappers import Response

from saas.db import db
from saas.identity.sessions import note_seen
from saas.tenancy import Visit, enter_as_member, identify

COOKIE = "sid"


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login hands out as `current_user`: the visit behind the cookie."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    def get_id(self) -> str:
        """Flask-Login's identifier; sessions are server-side rows, so it is never put into a cookie."""
        return str(self.visit.user_id)


def load(incoming: Request) -> SignedIn | None:
    """The visit behind this request's cookie; outside a tenant the person alone."""
    token = incoming.cookies.get(COOKIE, "")
    if not token or incoming.endpoint is None:
        return None
    visit = None
    if len(g.where) == 2:
        view = current_app.view_functions[incoming.endpoint]
        switch = not getattr(view, "unswitched", False)
        visit = enter_as_member(db.session(), token, **g.where, switch=switch)
    visit = visit or identify(db.session(), token)
    if visit is None:
        return None
    note_seen(visit, token)
    return SignedIn(visit)


def send_to_login() -> Response:
    """A lost session: htmx is told to go to the sign-in page, a browser is sent there; both come back afterwards."""
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    where = url_for("identity.login", next=target or None)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": where})
    return redirect(where)


def init_app(app: Flask) -> None:
    """Attach Flask-Login with our loader."""
    # no context processor: an error page asks nobody who is there, not even when the database is away
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None  # nothing of ours lives in the cookie session
    manager.request_loader(load)
    manager.unauthorized_handler(send_to_login)
