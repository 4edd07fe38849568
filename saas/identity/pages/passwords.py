"""Set a password by a link from a mail; ask for such a link.

The forms behind a link carry no key: the link itself works once, and the answer is a session's cookie (see sign_in).
"""

from typing import Any

from flask import flash, redirect, request, url_for

from saas.db import db
from saas.identity import actions, brakes, links
from saas.identity.access import public
from saas.identity.blueprint import blueprint
from saas.identity.browsers import browser_name
from saas.identity.forms import Email, NewPassword
from saas.identity.pages.sign_in import landing, let_in
from saas.problem import Problem
from saas.web import once, page
from saas.web.once import settle


@blueprint.get("/reset")
@public
def forgotten() -> Any:
    """Ask for a reset mail; `?sent=1` is where a form leads that comes again."""
    sent = "您填写的邮箱" if request.args.get("sent") else ""
    return page("identity/forgotten.html", form=Email(), sent=sent, wrong="")


@blueprint.post("/reset")
@public
@once
def take_forgotten() -> Any:
    """The answer is the same whether the account exists or not."""
    form = Email()
    if not form.validate():
        return page("identity/forgotten.html", status=422, form=form, sent="", wrong="")
    email = form.email.data.strip()
    try:
        brakes.slow_mails(email, request.remote_addr)
    except brakes.TooMany as wait:
        return page("identity/forgotten.html", status=429, form=form, sent="", wrong=str(wait))
    actions.ask_for_reset(email)
    settle(url_for("identity.forgotten", sent=1))
    return page("identity/forgotten.html", form=form, sent=email, wrong="")


@blueprint.get("/invitation/<token>")
@public
def invitation(token: str) -> Any:
    """The page where an invited person sets a password. Opening it uses nothing up: mail scanners open links."""
    return _form(token, links.INVITATION)


@blueprint.post("/invitation/<token>")
@public
def accept_invitation(token: str) -> Any:
    """Set the first password and go to work."""
    return _take(token, links.INVITATION)


@blueprint.get("/reset/<token>")
@public
def reset(token: str) -> Any:
    """The page where a new password is set."""
    return _form(token, links.RESET)


@blueprint.post("/reset/<token>")
@public
def take_reset(token: str) -> Any:
    """Set the new password; every session ends."""
    return _take(token, links.RESET)


def _form(token: str, purpose: str, form: NewPassword | None = None, status: int = 200) -> Any:
    user = links.bearer(db.session(), token, purpose)
    if user is None:
        return page("identity/dead_link.html", status=410, purpose=purpose)
    return page("identity/new_password.html", status=status, form=form or NewPassword(), user=user, purpose=purpose)


def _take(token: str, purpose: str) -> Any:
    form = NewPassword()
    if not form.validate():
        return _form(token, purpose, form, 422)
    try:
        user = actions.accept_link(token, purpose, form.password.data)
    except links.DeadLink:
        db.session.rollback()
        return page("identity/dead_link.html", status=410, purpose=purpose)
    except Problem as problem:
        db.session.rollback()
        form.password.errors = [str(problem)]
        return _form(token, purpose, form, 422)
    if user.totp_confirmed_at is None:
        session_token = actions.sign_in(user, browser=browser_name(request.user_agent.string))
        db.session.commit()
        return let_in(session_token, landing(user.id, operator=user.operator))
    db.session.commit()
    flash("密码已设置，请登录", "success")
    return redirect(url_for("identity.login"), 303)
