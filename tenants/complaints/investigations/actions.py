"""Write an investigation report version by version, and decide it (D6)."""

from collections.abc import Mapping
from uuid import UUID

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.content import content_hash
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from tenants.complaints import states
from tenants.complaints.actions.lock import hold
from tenants.complaints.investigations.models import KIND, LONGEST, PARTS, Investigation
from tenants.complaints.investigations.steps import OPEN


def write(
    complaint_id: UUID, *, parts: Mapping[str, str], to_general_manager: bool = False, version: int, by: Actor
) -> Investigation:
    """The next version, submitted to the chain; what was decided or waits on the earlier one is void (D6).

    `parts` are the six of PARTS. What is grave carries the flags that the pack gives to its severity. Raises Problem
    naming the part that is missing, NobodyCanDecide, Forbidden, Conflict.
    """
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "调查", *pack.complaint_roles.handlers)
    if complaint.state not in OPEN:
        raise Conflict(f"投诉现在是「{states.LABELS[complaint.state]}」，请先受理并指派经办人")
    texts = {name: parts.get(name, "").strip() for name in PARTS}
    for name, title in PARTS.items():
        if not texts[name]:
            raise Problem(f"请写明{title}，六项都要有", name)
        if len(texts[name]) > LONGEST:
            raise Problem(f"{title}最多 {LONGEST} 字", name)
    if by.id is None:
        raise Problem("请登录后再提交")
    nth = next_nth(Investigation.nth, Investigation.complaint_id, complaint.id)
    flags = {*pack.severities[complaint.severity].flags, *(["general_manager"] if to_general_manager else [])}
    hashed = content_hash(complaint.number, nth, *texts.values(), sorted(flags))
    voided = approvals.void("complaints", complaint.id, kinds=[KIND])
    approval = approvals.submit(
        kind=KIND, subject_type="complaints", subject_id=complaint.id, title=f"{complaint.number} 调查报告",
        version=nth, content_hash=hashed, steps=pack.chains[KIND].steps_for(frozenset(flags)), pack=pack, by=by,
        flags=sorted(flags), barred=complaint.barred,
    )  # fmt: skip
    fact = Investigation(
        complaint_id=complaint.id, nth=nth, **texts, flags=sorted(flags), content_hash=hashed, approval_id=approval.id,
        written_at=clock.now(), written_by=by.id, written_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record(
        "complaint.investigated", complaint, by, nth=nth, chain=[step.role for step in approval.steps],
        voided=len(voided),
    )  # fmt: skip
    db.session.flush()
    return fact


def decide(complaint_id: UUID, *, verdict: str, reason: str, nth: int, hashed: str, by: Actor) -> approvals.Outcome:
    """Review, approve or return exactly the version that was shown. Raises as `saas.approvals` does, Forbidden (D4)."""
    complaint = hold(complaint_id, None, by)
    fact = db.session.get(Investigation, (complaint.id, nth))
    if fact is None:
        raise Conflict("这版报告不存在，请刷新后查看")
    outcome = approvals.decide(
        fact.approval_id, verdict=verdict, reason=reason, version=nth, content_hash=hashed, by=by
    )
    record(
        "complaint.investigation_decided", complaint, by, on_behalf_of=outcome.on_behalf_of, nth=nth, verdict=verdict,
        reason=reason.strip(), step=outcome.decided.label,
    )  # fmt: skip
    db.session.flush()
    return outcome
