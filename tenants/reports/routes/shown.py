"""The page of one report, also as the answer to what was refused."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas.db import db
from saas.identity import current_actor
from saas.problem import Problem
from saas.web import done, page
from saas.web.typed import whole
from tenants.reports import queries
from tenants.reports.content import Incomplete
from tenants.reports.models import Report
from tenants.reports.page import context


def found(id: UUID) -> Report:
    """The report, or 404 (also for another tenant's)."""
    return queries.find(id) or abort(404)


def carry_out(id: UUID, act: Callable[[], Any], said: str) -> Any:
    """Do it and go back to the report with `said`; or the page again when it is refused."""
    found(id)
    try:
        act()
    except Problem as problem:
        return refused(id, problem)
    return done(url_for("reports.show", id=id), said)


def refused(id: UUID, problem: Problem) -> Any:
    """The page again, as it is now, with what was wrong and what was typed."""
    db.session.rollback()
    status = problem.status
    if isinstance(problem, Incomplete):
        return shown(id, status, [(f"fault-{fault.section.code}", fault.words) for fault in problem.faults])
    return shown(id, status, [(problem.field, str(problem))])


def shown(id: UUID, status: int = 200, errors: list[tuple[str, str]] | None = None) -> Any:
    """The page of a report."""
    values = context(found(id), current_actor())
    return page("reports/show.html", status=status, errors=errors or [], typed=request.form, **values)


def number_of(name: str) -> int:
    """A whole number out of the form, 0 for anything else."""
    return whole(request.form.get(name))


def key_of(name: str) -> UUID:
    """A key out of the form. Raises Problem when it is none."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise Problem("请从页面上的按钮操作", name) from None
