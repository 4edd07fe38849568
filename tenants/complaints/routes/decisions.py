"""Deciding what was submitted about a case: what was read is what is decided, by version and hash."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas.approvals.actions import Outcome
from saas.approvals.models import Approval
from saas.db import db
from saas.identity import allow, current_actor, current_pack
from saas.identity.actor import Forbidden
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.web import done, once, page
from saas.web.typed import blame
from tenants.complaints import actions, course, states
from tenants.complaints.access import not_accused
from tenants.complaints.compensations import actions as compensations
from tenants.complaints.compensations.models import Compensation
from tenants.complaints.compensations.money import told
from tenants.complaints.facts import Pause, Solution
from tenants.complaints.forms import DecisionForm
from tenants.complaints.investigations import actions as investigations
from tenants.complaints.investigations.models import Investigation
from tenants.complaints.models import Complaint
from tenants.complaints.routes import blueprint
from tenants.complaints.routes.pages import found

Text = list[tuple[str, str]]


@dataclass(frozen=True)
class Kind:
    """What is decided: its name, its rows, their text as (heading, words), and the action that decides."""

    title: str
    model: Any
    text: Callable[[Any, Pack], Text]
    decide: Callable[..., Outcome]


def _decide_pause(complaint_id: UUID, *, nth: int, **says: Any) -> Outcome:
    pause = db.session.query(Pause).filter_by(complaint_id=complaint_id, nth=nth).one()
    return actions.decide_pause(complaint_id, pause_id=pause.id, **says)


def _money(fact: Compensation, pack: Pack) -> Text:
    what = f"{pack.payments.kinds.get(fact.kind, fact.kind)} {told(fact.amount)}"
    return [("金额", what), ("事由", fact.reason)]


KINDS = {
    "solutions": Kind("处理方案", Solution, lambda fact, pack: [("", fact.text)], actions.decide_solution),
    "pauses": Kind("暂停计时的申请", Pause, lambda fact, pack: [("", fact.reason)], _decide_pause),
    "investigations": Kind("调查报告", Investigation, lambda fact, pack: fact.parts, investigations.decide),
    "compensations": Kind("赔偿申请", Compensation, _money, compensations.decide),
}


def _may_open(complaint: Complaint, approval: Approval) -> None:
    """Readers of complaints and whoever decides this step, never the one complained about. Raises Forbidden (D4)."""
    by = current_actor()
    not_accused(complaint, by)
    if not by.has(*current_pack().complaint_roles.readers) and not course.decides(approval, by):
        raise Forbidden("这份内容由本项目客服和审批人查看，您没有这项权限")


def _subject(complaint: Complaint, kind: str, nth: int) -> tuple[Any, Approval]:
    if nth > 2**31 - 1:
        abort(404)
    query = db.session.query(KINDS[kind].model).filter_by(complaint_id=complaint.id, nth=nth)
    fact: Any = query.one_or_none() or abort(404)
    return fact, db.session.get_one(Approval, fact.approval_id)


ADDRESS = f"/complaints/<uuid:id>/<any({', '.join(KINDS)}):kind>/<int:nth>/decision"


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
    _may_open(complaint, _subject(complaint, kind, nth)[1])
    status = 422
    if form.validate():
        says = {"verdict": form.verdict.data or "", "reason": form.reason.data or "", "hashed": form.hashed.data or ""}
        try:
            outcome = KINDS[kind].decide(complaint.id, nth=nth, by=current_actor(), **says)
            words = "已同意" if outcome.decided.state == "approved" else "已退回"
            return done(url_for("complaints.show", id=id), words)
        except Problem as problem:
            db.session.rollback()
            complaint = found(id)
            status = problem.status
            blame(form, problem)
    return _drawn(complaint, kind, nth, form, status)


def _drawn(complaint: Complaint, kind: str, nth: int, form: DecisionForm, status: int) -> Any:
    fact, approval = _subject(complaint, kind, nth)
    pack, actor = pack_on(complaint.received_at), current_actor()
    return page(
        "complaints/decision.html", block="act", status=status, complaint=complaint, kind=kind, fact=fact,
        what=KINDS[kind].title, texts=KINDS[kind].text(fact, pack), approval=approval, form=form, pack=pack,
        states=states, mine=course.decides(approval, actor),
    )  # fmt: skip
