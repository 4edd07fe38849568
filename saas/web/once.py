"""Every form carries an idempotency key: the same form twice, or twenty times at once, has one effect.

The key is a row beside the form's work and is committed with it: in the tenant that was entered, or in the platform's
table for pages outside every tenant and for those that write platform rows first (`@unswitched`: members, projects).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import abort, flash, g, request
from sqlalchemy import text

from saas import clock
from saas.db import db, schema_of
from saas.web.page import see

View = TypeVar("View", bound=Callable[..., Any])
KEY = "key"

# Blocks on a rival's uncommitted row, then sees it: the second of two simultaneous posts waits and answers the same.
TAKE = "INSERT INTO {} (key, actor_id, taken_at) VALUES (:key, :actor, :now) ON CONFLICT DO NOTHING RETURNING 1"
FOUND = "SELECT location, actor_id FROM {} WHERE key = :key"
LEAD = "UPDATE {} SET location = :location WHERE key = :key"


def once(view: View) -> View:
    """Let a POST view act once per `key` field; a repetition is sent where the first one went.

    The view must commit (it returns a redirect) for the key to count: a 422 keeps the key free for the next try.
    """

    @wraps(view)
    def taken(*args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return view(*args, **kwargs)
        try:
            g.form_key = UUID(request.form.get(KEY, ""))
        except ValueError:
            abort(400, "表单不完整，请刷新页面后重新填写")
        g.form_table = "taken_forms" if schema_of(db.session()) else "platform.taken_forms"
        actor = g.visit.user_id if "visit" in g else None
        if _run(TAKE, actor=actor, now=clock.now()).first():
            return view(*args, **kwargs)
        row = _run(FOUND).one()
        if row.actor_id != actor:
            abort(400, "表单已被使用，请刷新页面后重新填写")
        flash("这份表单已经提交过，没有重复处理", "info")
        return see(row.location or request.path)

    taken.__dict__["once"] = True
    return cast(View, taken)


def lead(location: str) -> None:
    """Note where the form leads. `done()` does; a view that ends inside a tenant says it before it enters."""
    if "form_key" in g:
        _run(LEAD, location=location)
        del g.form_key


def settle(location: str) -> None:
    """Note where the form led, unless that was said before, and commit everything. Called by `done()`."""
    lead(location)
    db.session.commit()


def done(location: str, message: str = "") -> Any:
    """Commit a form's work, tell the person what happened, and send them to `location`."""
    settle(location)
    if message:
        flash(message, "success")
    return see(location)


def _run(statement: str, **values: Any) -> Any:
    return db.session.execute(text(statement.format(g.form_table)), {"key": g.form_key, **values})
