"""One reception: what was said, its course, and the form of the next step (C2, C3)."""

from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas.db import db
from saas.events import timeline
from saas.identity import allow, current_actor, current_pack
from saas.problem import Problem
from saas.web import done, once, page
from saas.web.refusing import refused
from saas.web.typed import version as version_of
from tenants.contacts.access import SHOW, WRITE
from tenants.receptions import queries
from tenants.receptions.cases import case_of
from tenants.receptions.models import Reception
from tenants.receptions.routes import blueprint
from tenants.receptions.routes.verbs import HINTS, VERBS, Verb
from tenants.receptions.words import STATES, STEPS

ADDRESS = f"/<uuid:id>/<any({', '.join(VERBS)}):verb>"


@blueprint.get("/<uuid:id>")
@allow(*SHOW)
def show(id: UUID) -> Any:
    """What was said, what was done, and the form of the next step."""
    reception = _found(id)
    return _drawn(reception, next(iter(_offered(reception)), ""))


@blueprint.post(ADDRESS)
@allow(*WRITE)
@once
def take(id: UUID, verb: str) -> Any:
    """Take the step; 422 with what to change, 409 when somebody was faster."""
    reception, doing = _found(id), VERBS[verb]
    form = doing.make(reception, current_pack(), request.form)
    version, said = version_of(request.form), None
    if form.validate():
        try:
            doing.run(id, form, version, current_actor())
            return done(url_for("receptions.show", id=id), doing.message)
        except Problem as problem:
            db.session.rollback()
            reception, said = _found(id), problem
    status, stale = refused(form, reception, version, said)
    return _drawn(reception, verb, form, status, stale=stale)


@blueprint.get(ADDRESS)
@allow(*SHOW)
def form(id: UUID, verb: str) -> Any:
    """The same page with the form of another step, when that is open."""
    reception = _found(id)
    return _drawn(reception, verb if verb in _offered(reception) else "")


def _found(key: UUID) -> Reception:
    return queries.find(key) or abort(404)


def _offered(reception: Reception) -> dict[str, Verb]:
    if not current_actor().has(*WRITE):
        return {}
    return {name: verb for name, verb in VERBS.items() if reception.state in verb.states}


def _at(reception: Reception, verb: str) -> str:
    return url_for("receptions.form", id=reception.id, verb=verb)


def _drawn(reception: Reception, verb: str, form: Any = None, status: int = 200, *, stale: bool = False) -> Any:
    pack, doing = current_pack(), VERBS.get(verb)
    if doing is not None and form is None:
        form = doing.make(reception, pack, None)
    offered = _offered(reception)
    return page(
        "receptions/show.html", block="act", status=status, reception=reception, contact=reception.contact, rules=pack,
        chips=[(each.title, _at(reception, name), name == verb) for name, each in offered.items()],
        case=case_of(reception.contact), offered=offered, verb=verb, doing=doing, form=form,
        STATES=STATES, STEPS=STEPS, hints=HINTS,
        clash=next(iter(timeline(reception, 1)), None) if stale else None,
    )  # fmt: skip
