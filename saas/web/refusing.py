"""A form whose step was not taken: something in it is wrong, or somebody was faster."""

from typing import Any

from saas.db import db
from saas.problem import Problem
from saas.web.typed import blame


def refused(form: Any, record: Any, version: int, problem: Problem | None) -> tuple[int, bool]:
    """The status to draw it again with, and whether the record has moved on since `version`.

    `problem` is what the action said, after its rollback; None when the form was no good by itself: then what could be
    chosen may have been done just now. What was said stands at its field, unless it is about a record that moved on.
    """
    if problem is None:
        db.session.refresh(record, ["version"])
    moved = bool(record.version != version)
    status = problem.status if problem else 409 if moved else 422
    if problem and (status == 422 or not moved):
        blame(form, problem)
    return status, status == 409 and moved
