"""Photos of a case: seen by who may read it, but the one complained about (D4); added by who works on it."""

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
from tenants.complaints import actions
from tenants.complaints.access import READERS, not_accused
from tenants.complaints.forms import PhotoForm
from tenants.complaints.routes import blueprint
from tenants.complaints.routes.pages import found, shown


@blueprint.post("/complaints/<uuid:id>/pictures")
@allow(READERS)
@once
def add_pictures(id: UUID) -> Any:
    """Keep photos with the case; 422 with the card when they cannot be taken."""
    complaint = found(id)
    not_accused(complaint, current_actor())
    form, status = PhotoForm(request.form), 422
    if form.validate():
        try:
            photos, caption = uploaded("pictures"), form.caption.data or ""
            kept = actions.add_pictures(complaint.id, photos, caption=caption, by=current_actor())
            words = f"已添加 {kept} 张照片" if kept else "这些照片已经在案卷里"
            return done(url_for("complaints.show", id=id), words)
        except Problem as problem:
            db.session.rollback()
            complaint, status = found(id), problem.status
            blame(form, problem)
    ask_again(form)
    return shown(complaint, form, status)


@blueprint.get("/complaints/<uuid:id>/pictures/<uuid:photo_id>")
@allow(READERS)
def picture_of(id: UUID, photo_id: UUID) -> Response:
    """One photo."""
    return _given(id, photo_id)


@blueprint.get("/complaints/<uuid:id>/pictures/<uuid:photo_id>/small")
@allow(READERS)
def small_picture(id: UUID, photo_id: UUID) -> Response:
    """The same, as the card shows it."""
    return _given(id, photo_id, as_small=True)


def _given(id: UUID, photo_id: UUID, *, as_small: bool = False) -> Response:
    complaint = found(id)
    not_accused(complaint, current_actor())
    return picture(photo_of(complaint, photo_id) or abort(404), as_small=as_small)
