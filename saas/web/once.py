"""Every form carries an idempotency key: the same form twice, or twenty times at once, has one effect."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import abort, flash, request
from sqlalchemy import text

from saas import clock
from saas.db import db
from saas.identity import current_visit
from saas.web.page import see

View = TypeVar("View", bound=Callable[..., Any])
KEY = "key"

# Blocks on a rival's uncommitted row, then sees it: the second of two simultaneous posts waits and answers the same.
TAKE = text(
    "INSERT INTO taken_forms (key, actor_id, taken_at) VALUES (:key, :actor, :now) ON CONFLICT DO NOTHING RETURNING 1"
)


def once(view: View) -> View:
    """Let a POST view act once per `key` field; a repetition is sent where the first one went.

    The view must commit (it returns a redirect) for the key to count: a 422 keeps the key free for the next try.
    """

    @wraps(view)
    def taken(*args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return view(*args, **kwargs)
        try:
            key = UUID(request.form.get(KEY, ""))
        except ValueError:
            abort(400, "表单不完整，请刷新页面后重新填写")
        visit = current_visit()
        fresh = db.session.execute(TAKE, {"key": key, "actor": visit.user_id, "now": clock.now()}).first()
        if not fresh:
            row = db.session.execute(
                text("SELECT location, actor_id FROM taken_forms WHERE key = :key"), {"key": key}
            ).one()
            if row.actor_id != visit.user_id:
                abort(400, "表单已被使用，请刷新页面后重新填写")
            flash("这份表单已经提交过，没有重复处理", "info")
            return see(row.location or request.path)
        return view(*args, **kwargs)

    taken.__dict__["once"] = True
    return cast(View, taken)


def settle(location: str) -> None:
    """Note where the form led, commit everything. Called by `done()`."""
    try:
        key = UUID(request.form.get(KEY, ""))
    except ValueError:
        key = None
    if key is not None:
        db.session.execute(
            text("UPDATE taken_forms SET location = :location WHERE key = :key"), {"key": key, "location": location}
        )
    db.session.commit()


def done(location: str, message: str = "") -> Any:
    """Commit a form's work, tell the person what happened, and send them to `location`."""
    settle(location)
    if message:
        flash(message, "success")
    return see(location)
