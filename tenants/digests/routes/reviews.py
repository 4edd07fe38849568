"""案例分析: written once a quarter, read for ever (D14)."""

import re
from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas import clock
from saas.db import db
from saas.identity import allow, current_actor, current_pack
from saas.policy.periods import Every, Period, period, shift
from saas.problem import Problem
from saas.tenancy.staff import present
from saas.web import done, once, page
from saas.web.typed import blame, chosen
from tenants.digests import access, actions, queries
from tenants.digests.forms import MEASURES, ReviewForm
from tenants.digests.models import CaseReview
from tenants.digests.routes import blueprint
from tenants.digests.words import Days

QUARTER = re.compile(r"(\d{4})Q([1-4])")


def asked_quarter(text: str) -> Period:
    """The quarter of 2026Q3; the last whole one for anything else."""
    today, found = clock.local(clock.now()).date(), QUARTER.fullmatch(text)
    if found and clock.EARLIEST.year <= int(found[1]) <= today.year:
        return period(Every.QUARTER, shift(today.replace(year=int(found[1]), month=1, day=1), 3 * int(found[2]) - 3))
    return period(Every.QUARTER, today).previous


def code(quarter: Period) -> str:
    """2026Q3."""
    return f"{quarter.begins.year}Q{(quarter.begins.month + 2) // 3}"


@blueprint.get("/reviews/new")
@allow(access.REVIEWERS)
def new_review() -> Any:
    """The form for a quarter that is over."""
    return _drawn(asked_quarter(request.args.get("quarter", "")), None, 200)


@blueprint.post("/reviews")
@allow(access.REVIEWERS)
@once
def create_review() -> Any:
    """File it: 303, 422 with what to change, 409 when it is there."""
    quarter = asked_quarter(request.form.get("quarter", ""))
    form, status = _form(quarter, request.form), 422
    if form.validate():
        try:
            made = actions.review(
                quarter, cases=[key for each in form.cases.data or () if (key := chosen(each))],
                analysis=form.analysis.data or "", measures=form.measures(),
                checks=form.checks(queries.open_measures(quarter.begins)), by=current_actor(),
            )  # fmt: skip
            return done(url_for("digests.review", id=made.id), "案例分析已归档")
        except Problem as problem:
            db.session.rollback()
            status = problem.status
            blame(form, problem)
    return _drawn(quarter, form, status)


@blueprint.get("/reviews/<uuid:id>")
@allow(access.READERS)
def review(id: UUID) -> Any:
    """One review with its measures and what was found of the earlier ones."""
    found = db.session.get(CaseReview, id) or abort(404)
    return page(
        "digests/review.html", review=found, quarter=Period(found.begins, found.ends), cases=queries.cases_of(id),
        pack=current_pack(), clause=current_pack().clauses.get(access.REVIEW),
        open={m.id for m in queries.open_measures(found.ends)},
    )  # fmt: skip


def _form(quarter: Period, data: Any) -> ReviewForm:
    pack = current_pack()
    cases = queries.choosable(Days(quarter.begins, quarter.ends), list(pack.severities)[1:])
    return ReviewForm.make(data, cases, queries.open_measures(quarter.begins), present(), pack)


def _drawn(quarter: Period, form: ReviewForm | None, status: int) -> Any:
    return page(
        "digests/reviewing.html", block="reviewing", status=status, quarter=quarter, code=code(quarter),
        form=form or _form(quarter, None), earlier=queries.open_measures(quarter.begins),
        measures=range(1, MEASURES + 1), there=queries.review_of(quarter.begins),
        clause=current_pack().clauses.get(access.REVIEW),
        before=code(quarter.previous),
    )  # fmt: skip
