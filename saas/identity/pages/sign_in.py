"""Sign in with password and second factor; sign out.

These forms take no key (saas/web/once.py). Signing in answers with a cookie whose token is kept nowhere, so a
repetition could not be answered in the same way: it is a sign-in of its own, shown among the devices. A time code and
a recovery code are taken once by their own rows; signing out twice is signing out.
"""

from typing import Any
from uuid import UUID

from flask import redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from saas import config
from saas.db import db
from saas.identity import actions, brakes
from saas.identity.access import public
from saas.identity.blueprint import blueprint
from saas.identity.browsers import browser_name
from saas.identity.forms import Code, SignIn
from saas.identity.loader import COOKIE
from saas.identity.models import User
from saas.identity.queries import spots
from saas.identity.safe_next import safe_next
from saas.identity.sessions import HALF_LIFETIME, LIFETIME, end_session, open_session
from saas.problem import Problem
from saas.tenancy import Visit
from saas.web import page

WRONG = "邮箱或密码不正确。请检查后重试，或重设密码"


def visitor() -> Visit | None:
    """Who stands at a public page, if they have a session."""
    return current_user.visit if current_user.is_authenticated else None


def is_half(visit: Visit) -> bool:
    """True when the second factor is still missing."""
    return visit.totp and not visit.passed_totp


def landing(user_id: UUID, *, operator: bool) -> str:
    """Where a person starts: their only project, the picker, or the operator's companies."""
    places, total = spots(user_id, limit=1)
    if total == 1:
        return f"/{places[0].company}/{places[0].project}/"
    return url_for("operator.companies" if operator and not total else "identity.projects")


def let_in(token: str, target: str) -> Response:
    """Send the browser on with its session cookie, and a fresh cookie session (its CSRF token was the stranger's)."""
    session.clear()
    response = redirect(target, 303)
    secure = config.current().base_url.startswith("https")
    age = int(LIFETIME.total_seconds())
    response.set_cookie(COOKIE, token, max_age=age, httponly=True, samesite="Lax", secure=secure)
    return response


@blueprint.get("/")
@public
def home() -> Any:
    """The front door: on to one's work, or to the sign-in page."""
    visit = visitor()
    if visit is None or visit.user_id is None or is_half(visit):
        return redirect(url_for("identity.login"))
    return redirect(landing(visit.user_id, operator=visit.operator))


@blueprint.get("/login")
@public
def login() -> Any:
    """The sign-in page."""
    visit, target = visitor(), safe_next(request.args.get("next"))
    if visit is not None and visit.user_id is not None:
        if is_half(visit):
            return redirect(url_for("identity.code", next=target or None))
        return redirect(target or landing(visit.user_id, operator=visit.operator))
    return page("identity/login.html", form=SignIn(), next=target, wrong="")


@blueprint.post("/login")
@public
def take_login() -> Any:
    """Check e-mail and password; unknown accounts answer the same, after the same time."""
    form, target = SignIn(), safe_next(request.form.get("next"))
    if not form.validate():
        return page("identity/login.html", status=422, form=form, next=target, wrong="")
    email = form.email.data.strip()
    try:
        brakes.slow_guessing(email, request.remote_addr)
    except brakes.TooMany as wait:
        answer = page("identity/login.html", status=429, form=form, next=target, wrong=str(wait))
        answer.headers["Retry-After"] = str(wait.seconds)
        return answer
    user = actions.authenticate(email, form.password.data)
    if user is None:
        db.session.rollback()
        return page("identity/login.html", status=422, form=form, next=target, wrong=WRONG)
    brakes.forgive(email)
    end_session(db.session(), request.cookies.get(COOKIE, ""))
    browser = browser_name(request.user_agent.string)
    if user.totp_confirmed_at is not None:
        token = open_session(db.session(), user.id, lifetime=HALF_LIFETIME, browser=browser)
        db.session.commit()
        return let_in(token, url_for("identity.code", next=target or None))
    token = actions.sign_in(user, browser=browser)
    db.session.commit()
    return let_in(token, target or landing(user.id, operator=user.operator))


@blueprint.get("/login/code")
@public
def code() -> Any:
    """The page for the second factor."""
    visit, target = visitor(), safe_next(request.args.get("next"))
    if visit is None or not is_half(visit):
        return redirect(url_for("identity.login", next=target or None))
    return page("identity/code.html", form=Code(), next=target, wrong="")


@blueprint.post("/login/code")
@public
def take_code() -> Any:
    """Trade the half session for a full one."""
    visit, target, form = visitor(), safe_next(request.form.get("next")), Code()
    if visit is None or visit.user_id is None or not is_half(visit):
        return redirect(url_for("identity.login", next=target or None), 303)
    if not form.validate():
        return page("identity/code.html", status=422, form=form, next=target, wrong="")
    account = f"code:{visit.user_id}"
    try:
        brakes.slow_guessing(account, request.remote_addr)
    except brakes.TooMany as wait:
        return page("identity/code.html", status=429, form=form, next=target, wrong=str(wait))
    user = db.session.get_one(User, visit.user_id)
    half, browser = request.cookies.get(COOKIE, ""), browser_name(request.user_agent.string)
    try:
        token = actions.pass_second_factor(user, form.code.data, half=half, browser=browser)
    except Problem as problem:
        db.session.rollback()
        return page("identity/code.html", status=422, form=form, next=target, wrong=str(problem))
    db.session.commit()
    brakes.forgive(account)
    return let_in(token, target or landing(user.id, operator=user.operator))


@blueprint.post("/logout")
@public
def logout() -> Any:
    """Sign out here; the session is dead at once. Works for half sessions and dead ones too."""
    end_session(db.session(), request.cookies.get(COOKIE, ""))
    db.session.commit()
    session.clear()
    response = redirect(url_for("identity.login"), 303)
    response.delete_cookie(COOKIE)
    return response
