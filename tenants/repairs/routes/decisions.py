"""The manager's consent to an outside firm or another department: what was read is what is decided (E6)."""

from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas.approvals.models import Approval
from saas.db import db
from saas.identity import allow, current_actor, current_pack
from saas.identity.actor import Forbidden
from saas.problem import Problem
from saas.web import done, once, page
from saas.web.typed import blame
from tenants.repairs import actions, course
from tenants.repairs.access import READERS
from tenants.repairs.facts import Outsourcing
from tenants.repairs.forms import DecisionForm
from tenants.repairs.models import Repair
from tenants.repairs.routes import blueprint
from tenants.repairs.routes.pages import found

ADDRESS = "/repairs/<uuid:id>/outsourcings/<int:nth>/decision"


def _asked(repair: Repair, nth: int) -> tuple[Outsourcing, Approval]:
    asked: Outsourcing = db.session.get(Outsourcing, (repair.id, min(nth, 10_000))) or abort(404)
    approval = db.session.get_one(Approval, asked.approval_id)
    by = current_actor()
    if not by.has(*READERS(current_pack())) and not course.decides(approval, by):
        raise Forbidden("这份申请由本项目工程和审批人查看，您没有这项权限")
    return asked, approval


@blueprint.get(ADDRESS)
@allow()
def decision(id: UUID, nth: int) -> Any:
    """What is asked, and the form to decide."""
    return _drawn(found(id), nth, DecisionForm(), 200)


@blueprint.post(ADDRESS)
@allow()
@once
def decide(id: UUID, nth: int) -> Any:
    """Consent or return; the engine refuses the author and a second decision."""
    repair, form, status = found(id), DecisionForm(request.form), 422
    _asked(repair, nth)
    if form.validate():
        try:
            outcome = actions.decide_help(
                repair.id, nth=nth, verdict=form.verdict.data or "", reason=form.reason.data or "",
                hashed=form.hashed.data or "", by=current_actor(),
            )  # fmt: skip
            words = "已同意外派" if outcome.decided.state == "approved" else "已退回"
            return done(url_for("repairs.show", id=id), words)
        except Problem as problem:
            db.session.rollback()
            repair = found(id)
            status = problem.status
            blame(form, problem)
    return _drawn(repair, nth, form, status)


def _drawn(repair: Repair, nth: int, form: DecisionForm, status: int) -> Any:
    asked, approval = _asked(repair, nth)
    return page(
        "repairs/decision.html", status=status, repair=repair, asked=asked, approval=approval, form=form,
        mine=course.decides(approval, current_actor()), pack=current_pack(),
    )  # fmt: skip
