"""Deciding a proposed solution or a pause: what was read is what is decided, by version and hash."""

from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas.approvals.models import Approval
from saas.db import db
from saas.identity import allow, current_actor
from saas.identity.actor import Forbidden
from saas.problem import Conflict, Problem
from saas.web import done, once, page
from saas.web.typed import blame
from tenants.complaints import actions, course, states
from tenants.complaints.access import not_accused
from tenants.complaints.facts import Pause, Solution
from tenants.complaints.forms import DecisionForm
from tenants.complaints.models import Complaint
from tenants.complaints.routes import blueprint
from tenants.complaints.routes.pages import found, pack_now
from tenants.complaints.rules import pack_on


def _may_open(complaint: Complaint, approval: Approval) -> None:
    """Readers of complaints and whoever decides this step, never the one complained about. Raises Forbidden (D4)."""
    by = current_actor()
    not_accused(complaint, by)
    if not by.has(*pack_now().complaint_roles.readers) and not course.decides(approval, by):
        raise Forbidden("这份方案由本项目客服和审批人查看，您没有这项权限")


def _subject(complaint: Complaint, kind: str, nth: int) -> tuple[Solution | Pause, Approval]:
    model = Solution if kind == "solutions" else Pause
    fact: Any = db.session.query(model).filter_by(complaint_id=complaint.id, nth=nth).one_or_none() or abort(404)
    return fact, db.session.get_one(Approval, fact.approval_id)


ADDRESS = "/complaints/<uuid:id>/<any(solutions, pauses):kind>/<int:nth>/decision"


@blueprint.get(ADDRESS)
@allow()
def decision(id: UUID, kind: str, nth: int) -> Any:
    """What is proposed, its course of approval, and the form to decide."""
    complaint = found(id)
    _may_open(complaint, _subject(complaint, kind, nth)[1])
    return _drawn(complaint, kind, nth, DecisionForm(), 200)


@blueprint.post(ADDRESS)
@allow()
@once
def decide(id: UUID, kind: str, nth: int) -> Any:
    """Approve or return; the engine refuses the author, another version, a second decision."""
    complaint, form = found(id), DecisionForm(request.form)
    fact, approval = _subject(complaint, kind, nth)
    _may_open(complaint, approval)
    status = 422
    if form.validate():
        says = {"verdict": form.verdict.data or "", "reason": form.reason.data or "", "hashed": form.hashed.data or ""}
        try:
            if isinstance(fact, Pause):
                outcome = actions.decide_pause(complaint.id, pause_id=fact.id, by=current_actor(), **says)
            else:
                outcome = actions.decide_solution(complaint.id, nth=nth, by=current_actor(), **says)
            words = "已同意" if outcome.decided.state == "approved" else "已退回"
            return done(url_for("complaints.show", id=id), words)
        except Problem as problem:
            db.session.rollback()
            complaint = found(id)
            status = 409 if isinstance(problem, Conflict) else 422
            blame(form, problem)
    return _drawn(complaint, kind, nth, form, status)


def _drawn(complaint: Complaint, kind: str, nth: int, form: DecisionForm, status: int) -> Any:
    fact, approval = _subject(complaint, kind, nth)
    pack, actor = pack_on(complaint.received_at), current_actor()
    mine = course.decides(approval, actor)
    return page(
        "complaints/decision.html", block="act", status=status, complaint=complaint, kind=kind, fact=fact,
        approval=approval, form=form, pack=pack, states=states, mine=mine,
    )  # fmt: skip
