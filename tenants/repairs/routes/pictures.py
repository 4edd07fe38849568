"""Photos and signatures of a repair: seen by who may read it, added by who works on it."""

from typing import Any
from uuid import UUID

from flask import Response, abort, request, url_for

from saas.db import db
from saas.identity import allow, current_actor
from saas.pictures.actions import photo_of
from saas.problem import Problem
from saas.web import done, once
from saas.web.pictures import ask_again, picture, uploaded
from saas.web.typed import blame
from tenants.repairs import actions
from tenants.repairs.access import READERS
from tenants.repairs.forms import PhotoForm
from tenants.repairs.routes import blueprint
from tenants.repairs.routes.pages import card, found


@blueprint.post("/repairs/<uuid:id>/pictures")
@allow(READERS)
@once
def add_pictures(id: UUID) -> Any:
    """Keep photos with the order; 422 with the page when they cannot be taken."""
    repair, form, status = found(id), PhotoForm(request.form), 422
    if form.validate():
        try:
            photos, caption = uploaded("pictures"), form.caption.data or ""
            kept = actions.add_pictures(repair.id, photos, caption=caption, by=current_actor())
            words = f"已添加 {kept} 张照片" if kept else "这些照片已经在维修单里"
            return done(url_for("repairs.show", id=id), words)
        except Problem as problem:
            db.session.rollback()
            repair, status = found(id), problem.status
            blame(form, problem)
    ask_again(form)
    return card(repair, form, status)


@blueprint.get("/repairs/<uuid:id>/pictures/<uuid:photo_id>")
@allow(READERS)
def picture_of(id: UUID, photo_id: UUID) -> Response:
    """One photo, or a signature as it was drawn."""
    return picture(photo_of(found(id), photo_id) or abort(404))


@blueprint.get("/repairs/<uuid:id>/pictures/<uuid:photo_id>/small")
@allow(READERS)
def small_picture(id: UUID, photo_id: UUID) -> Response:
    """The same, as the page shows it."""
    return picture(photo_of(found(id), photo_id) or abort(404), as_small=True)
