"""Before the login, without script: the form behind the QR code, and the page where a resident follows it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from flask import abort, g, make_response, request, url_for
from sqlalchemy import select

from saas import config
from saas.db import db
from saas.events import timeline
from saas.identity import Actor, current_pack, current_visit, public
from saas.pictures import Picture
from saas.policy.complaints import PublicForm as Limits
from saas.policy.here import pack_on
from saas.problem import Problem
from saas.tenancy import enter_by_link
from saas.tenancy.links import ever_opened
from saas.web import done, once, page
from saas.web.limits import Brake
from saas.web.pictures import ACCEPT, ask_again, uploaded
from saas.web.typed import blame
from tenants.complaints import actions, course, links, queries, states
from tenants.complaints.facts import Door, Reply
from tenants.complaints.forms import PublicForm
from tenants.complaints.routes import residents
from tenants.releases.models import Release

TOLD = {
    "complaint.registered": "已登记",
    "complaint.responded": "已回应",
    "complaint.contacted": "已联系您",
    "complaint.assigned": "已指派人员处理",
    "complaint.handled": "处理完毕",
    "complaint.replied": "答复已发出",
    "complaint.called_back": "已回访",
    "complaint.closed": "已办结",
}


def come_in(token: str, kind: str) -> None:
    """Enter the tenant behind the address; 410 when it was closed, 404 when there never was one."""
    visit = enter_by_link(db.session(), token[:100], kind)
    if visit is None:
        if ever_opened(db.session(), token[:100], kind):
            abort(make_response(page("complaints/closed.html", status=410)))
        abort(404)
    g.visit = visit


@residents.get("/q/<token>")
@public
def complain(token: str) -> Any:
    """The empty form."""
    come_in(token, links.FORM)
    return _form(token, PublicForm.make(None, current_pack()), 200)


@residents.post("/q/<token>")
@public
def complained(token: str) -> Any:
    """Take the form once; too many from one address must wait."""
    come_in(token, links.FORM)
    seconds = _brake(current_pack().public_form).hit(f"complaint:{token}", request.remote_addr or "")
    form = PublicForm.make(request.form, current_pack())
    if seconds:
        form.form_errors.append(f"提交太频繁，请 {-(-seconds // 60)} 分钟后再试，填写的内容还在下面")
        ask_again(form)
        return _form(token, form, 429)
    return _take(token, form)


@once
def _take(token: str, form: PublicForm) -> Any:
    if form.website.data:  # filled in by machines only: answer as if taken, write nothing
        return page("complaints/thanks.html", number="")
    resident = Actor.resident(current_visit().schema)
    if form.validate():
        try:
            photos = uploaded("pictures", current_pack().public_form.pictures)
            complaint = actions.register(_written(form, photos), by=resident)
            token = links.status_link(resident.tenant, complaint.id)
            return done(url_for("residents.follow", token=token))
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    ask_again(form)
    return _form(token, form, 422)


@residents.get("/s/<token>")
@public
def follow(token: str) -> Any:
    """Number, stage, and the answer once it was published. No personal data: whoever has the address sees it."""
    come_in(token, links.STATUS)
    object_id = current_visit().object_id
    complaint = queries.find(object_id) if object_id else None
    if complaint is None:
        abort(404)
    pack = pack_on(complaint.received_at)
    answers = select(Release).join(Reply, Reply.release_id == Release.id).where(Reply.complaint_id == complaint.id)
    told = [(TOLD[e.name], e.occurred_at) for e in timeline(complaint) if e.name in TOLD]
    return page(
        "complaints/status.html", complaint=complaint, told=told, state=states.LABELS[complaint.state],
        bar=course.bar(complaint, pack, None)[:1], answers=db.session.scalars(answers).all(), pack=pack,
        expected=pack.settings.expected_hours, tones=states.TONES,
    )  # fmt: skip


def _written(form: PublicForm, photos: Sequence[Picture]) -> actions.NewComplaint:
    limits = current_pack().public_form
    return actions.NewComplaint(
        subject=form.subject.data or "", body=form.body.data or "", category=form.category.data,
        source=limits.source, channel=limits.channel, demand=form.demand.data or "", room=form.room.data or "",
        reporter=form.reporter.data or "", phone=form.phone.data or "", email=form.email.data or "",
        anonymous=bool(form.anonymous.data), pictures=photos,
    )  # fmt: skip


def _form(token: str, form: PublicForm, status: int) -> Any:
    door = db.session.get(Door, current_visit().object_id)
    return page(
        "complaints/complain.html", form=form, token=token, status=status, place=door.label if door else "",
        most=current_pack().public_form.pictures, accept=ACCEPT,
    )  # fmt: skip


@cache
def _limits(redis_url: str, secret: str, per_door: str, per_address: str) -> Brake:
    return Brake(redis_url, secret, per_account=per_door, per_address=per_address)


def _brake(limits: Limits) -> Brake:
    settings, within = config.current(), f"per {int(limits.within.total_seconds())} seconds"
    many = f"{limits.per_door} {within}", f"{limits.per_address} {within}"
    return _limits(settings.redis_url, settings.secret_key, *many)
