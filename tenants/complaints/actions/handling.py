"""From the first response to 处理完毕."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.content import content_hash
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.policy.pack import Step, StepName
from saas.problem import Conflict, Problem
from tenants.complaints import stages, states
from tenants.complaints.access import may_answer
from tenants.complaints.actions.lock import hold
from tenants.complaints.facts import (
    CONTACT,
    FIRST,
    Handling,
    Response,
    Solution,
    answered,
    solutions_under_approval,
)
from tenants.complaints.hotline_results.owing import owe
from tenants.complaints.models import Complaint
from tenants.complaints.reopenings.models import open_since
from tenants.complaints.rules import rules_on

SOLUTION = "complaint_solution"
SPOKEN = ("in_person", "phone")


def respond(complaint_id: UUID, *, kind: str, channel: str, text: str, version: int, by: Actor) -> Complaint:
    """The first response, or reaching the complainant; a first response spoken with the person is both (C3, D7).

    Raises Problem, Conflict when it was given before, Forbidden.
    """
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    may_answer(complaint, by, pack, "首次回应")
    if channel not in pack.channels:
        raise Problem("请选择回应方式", "channel")
    if not text.strip():
        raise Problem("请写下回应的内容", "text")
    if kind not in (FIRST, CONTACT):
        raise Problem("请选择是首次回应还是联系投诉人", "kind")
    done = set(db.session.scalars(select(Response.kind).where(Response.complaint_id == complaint.id)))
    if kind in done:
        raise Conflict("已经记录过这次回应，请刷新后查看")
    if by.id is None:
        raise Problem("请登录后再记录")
    both = kind == FIRST and channel in SPOKEN and complaint.reachable and CONTACT not in done
    now = clock.now()
    for each in (kind, CONTACT) if both else (kind,):
        fact = Response(
            complaint_id=complaint.id, kind=each, channel=channel, text=text.strip(), responded_at=now,
            responded_by=by.id, responded_by_name=by.name,
        )  # fmt: skip
        db.session.add(fact)
        stages.meet(complaint, stages.FIRST_RESPONSE if each == FIRST else stages.CONTACT, now)
    name = "complaint.responded" if kind == FIRST else "complaint.contacted"
    record(name, complaint, by, channel=channel, text=text.strip(), reached=both or kind == CONTACT)
    db.session.flush()
    return complaint


def propose(complaint_id: UUID, *, text: str, version: int, by: Actor) -> Solution:
    """Propose a solution and submit it to whoever sees solutions of this severity; the solution clock is met (D7).

    Raises Problem, NobodyCanDecide, Forbidden, Conflict while another one waits.
    """
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "处理方案", *pack.complaint_roles.handlers)
    if complaint.state != states.HANDLING:
        raise Conflict(f"投诉现在是「{states.LABELS[complaint.state]}」，请先受理并指派经办人")
    if not text.strip():
        raise Problem("请写下处理方案", "text")
    nth, now = next_nth(Solution.nth, Solution.complaint_id, complaint.id), clock.now()
    if any(a.state == "pending" for a in solutions_under_approval(complaint.id)):
        raise Conflict("上一版方案还在等待审批，有结果后再提交")
    if by.id is None:
        raise Problem("请登录后再提交")
    hashed = content_hash(complaint.number, nth, text.strip())
    step = Step(StepName.APPROVE, "方案审批", pack.severities[complaint.severity].solution_role)
    approval = approvals.submit(
        kind=SOLUTION, subject_type="complaints", subject_id=complaint.id, title=f"{complaint.number} 处理方案",
        version=nth, content_hash=hashed, steps=[step], pack=pack, by=by, barred=complaint.barred,
    )  # fmt: skip
    solution = Solution(
        complaint_id=complaint.id, nth=nth, text=text.strip(), content_hash=hashed, approval_id=approval.id,
        proposed_at=now, proposed_by=by.id, proposed_by_name=by.name,
    )  # fmt: skip
    db.session.add(solution)
    stages.meet(complaint, stages.SOLUTION, now)
    record("complaint.solution_proposed", complaint, by, nth=nth, text=text.strip(), role=approval.steps[0].role)
    db.session.flush()
    return solution


def decide_solution(
    complaint_id: UUID, *, verdict: str, reason: str, nth: int, hashed: str, by: Actor
) -> approvals.Outcome:
    """Approve or return exactly the solution that was shown. Raises as `saas.approvals` does, Forbidden under D4."""
    complaint = hold(complaint_id, None, by)
    solution = db.session.get(Solution, (complaint.id, nth))
    if solution is None:
        raise Conflict("这版方案不存在，请刷新后查看")
    outcome = approvals.decide(
        solution.approval_id, verdict=verdict, reason=reason, version=nth, content_hash=hashed, by=by
    )
    record(
        "complaint.solution_decided", complaint, by, on_behalf_of=outcome.on_behalf_of, nth=nth, verdict=verdict,
        reason=reason.strip(),
    )  # fmt: skip
    db.session.flush()
    return outcome


def mark_handled(complaint_id: UUID, *, result: str, handled_at: datetime | None, version: int, by: Actor) -> Complaint:
    """处理完毕: the approved solution was carried out; the callback clock starts at that moment (D10).

    Raises Problem, Conflict without an approved solution, Forbidden.
    """
    complaint = hold(complaint_id, version, by)
    rules, now = rules_on(complaint.received_at), clock.now()
    holds(by, rules.pack, "处理", *rules.pack.complaint_roles.handlers)
    handled_at = handled_at or now
    since = open_since(complaint.id)
    latest = next(iter(solutions_under_approval(complaint.id, since)), None)
    if complaint.state != states.HANDLING or latest is None or latest.state != "approved":
        raise Conflict("处理方案批准后才能登记处理完毕")
    if not result.strip():
        raise Problem("请写明怎么处理的、结果如何", "result")
    if not complaint.received_at.replace(second=0, microsecond=0) <= handled_at <= now:  # people type whole minutes
        raise Problem("处理完毕的时间应在收到投诉之后、现在之前", "handled_at")
    if by.id is None:
        raise Problem("请登录后再登记")
    handled_at = max(handled_at, complaint.received_at)
    nth = next_nth(Handling.nth, Handling.complaint_id, complaint.id)
    fact = Handling(
        complaint_id=complaint.id, nth=nth, result=result.strip(), handled_at=handled_at, recorded_at=now,
        recorded_by=by.id, recorded_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    states.move(complaint, states.HANDLED)
    if answered(complaint.id, since):
        states.move(complaint, states.REPLIED)
    stages.start(complaint, stages.HANDLED, handled_at, rules)
    owe(complaint, handled_at, nth, rules.pack)
    record("complaint.handled", complaint, by, result=result.strip(), handled_at=handled_at.isoformat())
    db.session.flush()
    return complaint
