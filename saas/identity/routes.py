"""Sign in and out, choose a project."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from saas.db import db
from saas.identity.access import current_visit, public, signed_in
from saas.identity.loader import COOKIE
from saas.identity.sessions import end_session
from saas.web import page

blueprint = Blueprint("identity", __name__)


@blueprint.get("/login")
@public
def login() -> Any:
    """The sign-in page."""
    return page("identity/login.html")


@blueprint.post("/logout")
@signed_in
def logout() -> Any:
    """Sign out here; the session is dead at once."""
    end_session(db.session(), request.cookies.get(COOKIE, ""))
    db.session.commit()
    response = redirect(url_for("identity.login"))
    response.delete_cookie(COOKIE)
    return response


@blueprint.get("/projects")
@signed_in
def projects() -> Any:
    """Every project of this person."""
    current_visit()
    return page("identity/projects.html")


@blueprint.get("/settings")
@signed_in
def settings() -> Any:
    """Password and second factor."""
    return page("identity/settings.html")
