"""Verbs are resources: the page of each form, and the post that takes it."""

from typing import Any
from uuid import UUID

from flask import flash, request, url_for

from saas.db import db
from saas.events import timeline
from saas.identity import allow, current_actor
from saas.policy.here import pack_on
from saas.problem import Problem
from saas.web import done, once, page, see
from saas.web.refusing import refused
from saas.web.typed import version as version_of
from tenants.complaints import actions, course, stages, states
from tenants.complaints.access import HANDLERS, READERS
from tenants.complaints.actions.closing import REPLIED, lacking
from tenants.complaints.alarms import verbs as alarms
from tenants.complaints.compensations import verbs as compensations
from tenants.complaints.investigations import verbs as investigations
from tenants.complaints.models import Complaint
from tenants.complaints.reopenings import verbs as reopenings
from tenants.complaints.repeats import verbs as repeats
from tenants.complaints.routes import blueprint
from tenants.complaints.routes.pages import found
from tenants.complaints.routes.verbs import answering, following, opening, solving
from tenants.complaints.transfers import verbs as transfers
from tenants.complaints.verb import Verb

VERBS: dict[str, Verb] = {
    **opening.VERBS, **solving.VERBS, **answering.VERBS, **investigations.VERBS, **compensations.VERBS, **alarms.VERBS,
    **repeats.VERBS, **reopenings.VERBS, **following.VERBS, **transfers.VERBS,
}  # fmt: skip

ADDRESS = f"/complaints/<uuid:id>/<any({', '.join(VERBS)}):verb>"


@blueprint.get(ADDRESS)
@allow(READERS)
def form(id: UUID, verb: str) -> Any:
    """The form, when this step is open to this person; else back to the card."""
    complaint = found(id)
    pack, known = pack_on(complaint.received_at), course.facts(complaint)
    offered = course.next_steps(complaint, known, known.pause, current_actor(), pack)
    if offered.isdisjoint(VERBS[verb].flags):
        flash(f"现在不需要「{VERBS[verb].title}」，或由其他角色办理", "info")
        return see(url_for("complaints.show", id=complaint.id))
    return _drawn(complaint, verb, VERBS[verb].make(complaint, pack, known, None), 200)


@blueprint.post(ADDRESS)
@allow(READERS)
@once
def take(id: UUID, verb: str) -> Any:
    """Do it: 303 to the card, 422 with what to change, 409 when somebody was faster."""
    complaint, doing = found(id), VERBS[verb]
    pack, known = pack_on(complaint.received_at), course.facts(complaint)
    filled = doing.make(complaint, pack, known, request.form)
    version, said = version_of(request.form), None
    if filled.validate():
        try:
            where = doing.run(complaint, filled, version, current_actor())
            home = where if isinstance(where, str) else url_for("complaints.show", id=id)
            return done(home, doing.message)
        except Problem as problem:
            db.session.rollback()
            complaint, said = found(id), problem
    status, stale = refused(filled, complaint, version, said)
    return _drawn(complaint, verb, filled, status, stale=stale)


@blueprint.post("/complaints/<uuid:id>/pauses/end")
@allow(HANDLERS)
@once
def resume(id: UUID) -> Any:
    """The clocks run again."""
    complaint = found(id)
    actions.resume(complaint.id, version=version_of(request.form), by=current_actor())
    return done(url_for("complaints.show", id=id), "已恢复计时")


def _drawn(complaint: Complaint, verb: str, filled: Any, status: int, *, stale: bool = False) -> Any:
    last = timeline(complaint, limit=1)
    pack = pack_on(complaint.received_at)
    pause = stages.paused_now(complaint.id)
    return page(
        "complaints/act.html", block="act", status=status, complaint=complaint, verb=verb, doing=VERBS[verb],
        form=filled, stale=stale, last=last[0] if last else None, pack=pack, states=states,
        bar=course.bar(complaint, pack, pause), missing=lacking(complaint, pack, REPLIED) if verb == "closure" else [],
    )  # fmt: skip
