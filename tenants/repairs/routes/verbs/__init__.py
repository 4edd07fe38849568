"""Verbs are resources: the page of each step, made for a thumb, and the post that takes it."""

from typing import Any
from uuid import UUID

from flask import flash, request, url_for

from saas.db import db
from saas.events import timeline
from saas.identity import allow, current_actor
from saas.policy.here import pack_on
from saas.problem import Problem
from saas.web import done, once, page, see
from saas.web.pictures import ask_again
from saas.web.refusing import refused
from saas.web.typed import version as version_of
from tenants.repairs import course, progress
from tenants.repairs.access import READERS
from tenants.repairs.models import Repair
from tenants.repairs.routes import blueprint
from tenants.repairs.routes.pages import found
from tenants.repairs.routes.verb import Verb
from tenants.repairs.routes.verbs import caring, coming, finishing, working
from tenants.repairs.rules import rules_of

VERBS: dict[str, Verb] = {**coming.VERBS, **working.VERBS, **caring.VERBS, **finishing.VERBS}
ADDRESS = f"/repairs/<uuid:id>/<any({', '.join(VERBS)}):verb>"


@blueprint.get(ADDRESS)
@allow(READERS)
def form(id: UUID, verb: str) -> Any:
    """The form, when this step is open to this person; else back to the order."""
    repair = found(id)
    rules, known = pack_on(repair.ordered_at), course.facts(repair)
    steps = course.next_steps(repair, known, current_actor(), rules)
    if verb not in steps and course.UNSIGNED.get(verb) in steps:
        return see(url_for("repairs.form", id=repair.id, verb=course.UNSIGNED[verb]))
    if verb not in steps:
        flash(f"现在不需要「{VERBS[verb].title}」，或由其他角色办理", "info")
        return see(url_for("repairs.show", id=repair.id))
    return _drawn(repair, verb, VERBS[verb].make(repair, rules, known, None), known, 200)


@blueprint.post(ADDRESS)
@allow(READERS)
@once
def take(id: UUID, verb: str) -> Any:
    """Do it: 303 to the order, 422 with what to change, 409 when somebody was faster."""
    repair, doing = found(id), VERBS[verb]
    rules, known = pack_on(repair.ordered_at), course.facts(repair)
    filled = doing.make(repair, rules, known, request.form)
    version, said = version_of(request.form), None
    if filled.validate():
        try:
            doing.run(repair, filled, version, current_actor())
            return done(url_for("repairs.show", id=id), doing.message)
        except Problem as problem:
            db.session.rollback()
            repair, said = found(id), problem
    status, stale = refused(filled, repair, version, said)
    for name in ("pictures", "paper"):
        ask_again(filled, name)
    return _drawn(repair, verb, filled, known, status, stale=stale)


def _drawn(repair: Repair, verb: str, filled: Any, known: course.Facts, status: int, *, stale: bool = False) -> Any:
    last, rules = timeline(repair, limit=1), pack_on(repair.ordered_at)
    return page(
        "repairs/act.html", block="act", status=status, repair=repair, verb=verb, doing=VERBS[verb], form=filled,
        stale=stale, last=last[0] if last else None, pack=rules, rules=rules_of(rules), facts=known,
        bar=progress.bar(repair, known, rules),
    )  # fmt: skip
