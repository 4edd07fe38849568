"""QR codes for residents: made here, printed from here."""

from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from sqlalchemy import select

from saas import config, qr
from saas.db import db
from saas.identity import allow, current_actor
from saas.web import done, once, page
from tenants.complaints import links
from tenants.complaints.access import DOORKEEPERS
from tenants.complaints.facts import Door
from tenants.complaints.forms import DoorForm
from tenants.complaints.routes import blueprint


def address_of(door: Door) -> str:
    """The whole address behind a code."""
    return config.current().base_url + url_for("residents.complain", token=door.token)


@blueprint.get("/complaints/doors/")
@allow(DOORKEEPERS)
def doors() -> Any:
    """Every code, the newest first, and a form for another."""
    return _drawn(DoorForm(), 200)


@blueprint.post("/complaints/doors/")
@allow(DOORKEEPERS)
@once
def open_door() -> Any:
    """Make a code."""
    form = DoorForm(request.form)
    if not form.validate():
        return _drawn(form, 422)
    door = links.open_door(form.label.data or "", by=current_actor())
    return done(url_for("complaints.poster", id=door.id), "已生成二维码，可以打印张贴")


@blueprint.get("/complaints/doors/<uuid:id>")
@allow(DOORKEEPERS)
def poster(id: UUID) -> Any:
    """One code to print."""
    door = db.session.get(Door, id) or abort(404)
    address = address_of(door)
    return page("complaints/poster.html", door=door, address=address, code=qr.svg(address, "扫一扫，投诉或建议"))


@blueprint.post("/complaints/doors/<uuid:id>/closure")
@allow(DOORKEEPERS)
@once
def close_door(id: UUID) -> Any:
    """Close a code: whoever scans it is told that it is out of use."""
    try:
        door = links.close_door(id, by=current_actor())
    except LookupError:
        abort(404)
    return done(url_for("complaints.doors"), f"“{door.label}”的二维码已停用，请把贴出的海报取下")


def _drawn(form: DoorForm, status: int) -> Any:
    rows = db.session.scalars(select(Door).order_by(Door.opened_at.desc()).limit(100)).all()
    return page("complaints/doors.html", form=form, doors=rows, status=status)
