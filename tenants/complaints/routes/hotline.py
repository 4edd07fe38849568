"""热线投诉, in the head office: what the projects reported, and quality's own callback (D16)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from saas.db import db
from saas.identity import allow, current_actor, current_pack, current_visit
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.sheets.cells import line
from saas.tenancy.models import HEAD_OFFICE
from saas.tenancy.places import homes
from saas.web import done, once, page
from saas.web.paging import here, paging
from saas.web.typed import blame, choices, day, longest, whole
from tenants.complaints.forms.base import Base
from tenants.complaints.hotline_results import actions, queries
from tenants.complaints.hotline_results.models import HotlineArrival
from tenants.complaints.routes import blueprint


class HotlineForm(Base):
    """How the customer finds the handling."""

    satisfaction = RadioField("客户满意程度", validators=[InputRequired("请选择客户的满意程度")])
    opinion = TextAreaField("客户对处理的意见", validators=[DataRequired("请写下客户对处理的意见"), longest(4000)])


def _callers(pack: Pack) -> Iterable[str]:
    return pack.bound(actions.CALLBACK)


def _at_office() -> dict[str, tuple[str, str]]:
    """Schema → (slug, name) of the projects of the company. 404 outside the head office."""
    visit = current_visit()
    if visit.kind != HEAD_OFFICE or visit.user_id is None:
        abort(404)
    return {each.schema: (each.slug, each.name) for each in homes(visit.company, visit.user_id)}


@blueprint.get("/hotline")
@allow(_callers)
def hotline() -> Any:
    """What the projects reported, filtered and paged; what waits for a callback when nothing else is asked for."""
    places, at, asked = _at_office(), paging(), request.args
    view, slug = asked.get("view", ""), line(asked.get("project", ""))
    schemas = {slug: schema for schema, (slug, _) in places.items()}
    wanted = queries.Wanted(
        view if view in queries.VIEWS else "waiting", line(asked.get("q", "")), schemas.get(slug, slug),
        day(asked.get("since")), day(asked.get("until")),
    )  # fmt: skip
    rows, total = queries.listing(wanted, offset=at.offset, limit=at.size)
    return page(
        "complaints/hotline.html", block="results", rows=rows, total=total, wanted=wanted, paging=at, here=here,
        views=[(label, here(view=code, page=None), code == wanted.view) for code, label in queries.VIEWS.items()],
        sites=[("", "全部项目"), *places.values()], site=slug, places=places, pack=current_pack(),
    )  # fmt: skip


@blueprint.get("/hotline/<uuid:id>")
@allow(_callers)
def hotline_result(id: UUID) -> Any:
    """One result, and the callback or its form."""
    return _drawn(id, HotlineForm(), 200)


@blueprint.post("/hotline/<uuid:id>/callback")
@allow(_callers)
@once
def hotline_callback(id: UUID) -> Any:
    """Note the callback."""
    _at_office()
    form, status = _filled(HotlineForm(request.form)), 422
    if db.session.get(HotlineArrival, id) is None:
        abort(404)
    if form.validate():
        try:
            score, opinion = whole(form.satisfaction.data), form.opinion.data or ""
            actions.call_back(id, satisfaction=score, opinion=opinion, by=current_actor())
            return done(url_for("complaints.hotline"), "已记录回访")
        except Problem as problem:
            db.session.rollback()
            status = problem.status
            blame(form, problem)
    return _drawn(id, form, status)


def _filled(form: HotlineForm) -> HotlineForm:
    scale = list(enumerate(current_pack().settings.satisfaction, start=1))
    form.satisfaction.choices = choices({str(score): word for score, word in reversed(scale)})
    return form


def _drawn(id: UUID, form: HotlineForm, status: int) -> Any:
    places, arrival = _at_office(), db.session.get(HotlineArrival, id) or abort(404)
    pack = current_pack()
    return page(
        "complaints/hotline_result.html", block="act", status=status, arrival=arrival, pack=pack, form=_filled(form),
        place=places.get(arrival.tenant), clause=pack.clauses.get(actions.CALLBACK),
    )  # fmt: skip
