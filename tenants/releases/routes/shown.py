"""The page of one release, also as the answer to what was refused; what the small forms gave."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, current_app, request, url_for

from saas import clock
from saas.db import db
from saas.identity import current_actor, current_visit
from saas.policy.loader import pack
from saas.problem import Problem
from saas.web import done, page
from saas.web.typed import whole
from tenants.releases import queries
from tenants.releases.models import Release
from tenants.releases.page import context


def carry_out(id: UUID, act: Callable[[], Any], said: str) -> Any:
    """Do it and go back to the release with `said`; or the page again when it is refused."""
    found(id)
    try:
        act()
    except Problem as problem:
        return refused(id, problem)
    return done(url_for("releases.show", id=id), said)


def refused(id: UUID, problem: Problem) -> Any:
    """The page again, as it is now, with what was wrong and what was typed."""
    db.session.rollback()
    return shown(id, problem.status, [(problem.field, str(problem))])


def shown(id: UUID, status: int = 200, errors: list[tuple[str, str]] | None = None) -> Any:
    """The page of a release."""
    release, visit = found(id), current_visit()
    values = context(release, current_actor(), pack(visit.pack), plain=request.args.get("view") == "final")
    return page(
        "releases/show.html", status=status, errors=errors or [], typed=request.form, printed_at=clock.now(),
        case_url=_case(release), reading_url=_reading(release), **values,
    )  # fmt: skip


def _case(release: Release) -> str:
    """The page of the case that this letter answers; a slice above this one, known by its name only."""
    endpoint = f"{release.subject_type}.show"
    return url_for(endpoint, id=release.subject_id) if endpoint in current_app.view_functions else ""


def _reading(release: Release) -> str:
    """Where the record that this version of the release goes with is read as it was submitted."""
    endpoint = f"{release.subject_type}.sent"
    there = endpoint in current_app.view_functions
    return url_for(endpoint, id=release.subject_id, nth=release.version) if there else ""


def found(id: UUID) -> Release:
    """The release, or 404 (also for another tenant's)."""
    return queries.find(id) or abort(404)


def is_uuid(value: str) -> bool:
    """Whether this is a key."""
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def key_of(name: str) -> UUID:
    """A key out of the form. Raises Problem when it is none."""
    value = request.form.get(name, "")
    if not is_uuid(value):
        raise Problem("请从列表里选择一项", name)
    return UUID(value)


def number_of(name: str) -> int:
    """A whole number out of the form, 0 for anything else."""
    return whole(request.form.get(name))


def moment_of(name: str) -> datetime | None:
    """A time of the day in Shanghai out of the form, None when nothing was typed. Raises Problem when it is no time."""
    value = request.form.get(name, "").strip()
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M").replace(tzinfo=clock.CN) if value else None
    except ValueError:
        raise Problem("请按 2026-11-20 14:08 的格式填写时间", name) from None
