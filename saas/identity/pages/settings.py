"""One's own account: password, second factor, browsers signed in."""

from typing import Any

from flask import request, url_for

from saas.db import db
from saas.identity import actions, brakes, second_factor
from saas.identity.access import current_visit, signed_in
from saas.identity.blueprint import blueprint
from saas.identity.forms import ChangePassword, Password
from saas.identity.loader import COOKIE
from saas.identity.models import User
from saas.identity.queries import open_sessions
from saas.identity.sessions import end_all_sessions
from saas.problem import Problem
from saas.tenancy import digest
from saas.web import done, once, page


def myself() -> User:
    """The signed-in person's row."""
    return db.session.get_one(User, current_visit().user_id)


def token() -> str:
    """The token of this browser's session."""
    return request.cookies.get(COOKIE, "")


def show(status: int = 200, **forms: Any) -> Any:
    """The settings page, with forms that were refused."""
    user = myself()
    shown: dict[str, Any] = {"password_form": ChangePassword(formdata=None), "factor_form": Password(formdata=None)}
    return page(
        "identity/settings.html", status=status, user=user, sessions=open_sessions(user.id), mine=digest(token()),
        codes_left=second_factor.codes_left(db.session(), user), **(shown | forms),
    )  # fmt: skip


@blueprint.get("/settings")
@signed_in
def settings() -> Any:
    """Password, second factor and sessions."""
    return show()


@blueprint.post("/settings/password")
@signed_in
@once
def change_password() -> Any:
    """Change the password; the other browsers are signed out."""
    form = ChangePassword()
    if not form.validate():
        return show(422, password_form=form)
    try:
        brakes.slow_guessing(f"settings:{current_visit().user_id}", request.remote_addr)
        actions.change_password(myself(), form.old.data, form.password.data, keep=token())
    except Problem as problem:
        db.session.rollback()
        form[problem.field or "old"].errors = [str(problem)]
        return show(422, password_form=form)
    return done(url_for("identity.settings"), "密码已修改，其他设备已退出登录")


@blueprint.post("/settings/sessions/end")
@signed_in
@once
def end_others() -> Any:
    """Sign out everywhere else."""
    end_all_sessions(db.session(), myself().id, but=token())
    return done(url_for("identity.settings"), "其他设备已退出登录")
