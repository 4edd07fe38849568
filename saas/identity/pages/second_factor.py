"""Turn the second factor on and off; recovery codes, shown once."""

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from saas import qr
from saas.db import db
from saas.identity import actions, brakes
from saas.identity import second_factor as factor
from saas.identity.access import current_visit, signed_in
from saas.identity.blueprint import blueprint
from saas.identity.forms import Code, Password
from saas.identity.models import User
from saas.identity.pages.settings import myself, show, token
from saas.problem import Problem
from saas.web import done, once, page, see
from saas.web.once import settle


@blueprint.post("/settings/second-factor")
@signed_in
@once
def begin_second_factor() -> Any:
    """Make a secret that counts once it was confirmed."""
    factor.begin(myself())
    return done(url_for("identity.second_factor"))


@blueprint.get("/settings/second-factor")
@signed_in
def second_factor() -> Any:
    """The QR code to scan and the field for the first code."""
    return setup(myself(), Code())


def setup(user: User, form: Code, status: int = 200) -> Any:
    """The set-up page, or back to the settings when there is nothing (any more) to set up."""
    if user.totp_secret is None or user.totp_confirmed_at is not None:
        return see(url_for("identity.settings"))
    try:
        plain = factor.secret(user)
    except Problem:  # the key has changed in between: begin anew
        return see(url_for("identity.settings"))
    secret = " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))
    code = qr.svg(factor.address(user), "两步验证二维码，用验证器应用扫描")
    return page("identity/second_factor.html", status=status, form=form, secret=secret, code=code)


@blueprint.post("/settings/second-factor/confirmation")
@signed_in
@once
def confirm_second_factor() -> Any:
    """Turn it on with the first code; the answer shows the recovery codes, this once."""
    form = Code()
    if not form.validate():
        return setup(myself(), form, 422)
    try:
        brakes.slow_guessing(f"code:{current_visit().user_id}", request.remote_addr)
        codes = actions.turn_on_second_factor(myself(), form.code.data, keep=token())
    except Problem as problem:
        db.session.rollback()
        form.code.errors = [str(problem)]
        return setup(myself(), form, 422)
    return shown_once(codes, "两步验证已开启")


@blueprint.post("/settings/second-factor/removal")
@signed_in
@once
def remove_second_factor() -> Any:
    """Turn it off, with the password."""
    return with_password(actions.turn_off_second_factor, lambda _: done(url_for("identity.settings"), "两步验证已关闭"))


@blueprint.post("/settings/recovery-codes")
@signed_in
@once
def renew_recovery_codes() -> Any:
    """Ten new recovery codes, shown once."""
    return with_password(actions.renew_codes, lambda codes: shown_once(codes, "新的恢复码"))


def shown_once(codes: list[str], title: str) -> Any:
    """The recovery codes in the answer itself: only their hashes are kept, so a repeated form leads to the settings."""
    settle(url_for("identity.settings"))
    return page("identity/recovery_codes.html", codes=codes, title=title)


def with_password(action: Callable[[User, str], Any], answer: Callable[[Any], Any]) -> Any:
    """Run an action that asks for the password once more; a refusal shows the settings page again."""
    form = Password()
    if not form.validate():
        return show(422, factor_form=form)
    try:
        brakes.slow_guessing(f"settings:{current_visit().user_id}", request.remote_addr)
        result = action(myself(), form.password.data)
    except Problem as problem:
        db.session.rollback()
        form.password.errors = [str(problem)]
        return show(422, factor_form=form)
    return answer(result)
