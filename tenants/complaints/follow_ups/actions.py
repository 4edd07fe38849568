"""The promised answer is given (D11)."""

from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from tenants.complaints import access
from tenants.complaints.actions.lock import hold
from tenants.complaints.follow_ups import queries
from tenants.complaints.follow_ups.models import FollowUpAnswer
from tenants.complaints.models import Complaint

CLAUSE = "callback-new-matter"


def answer(complaint_id: UUID, *, nth: int, text: str, version: int, by: Actor) -> Complaint:
    """Note what the customer was told about what the callback `nth` raised. Raises Problem, Conflict, Forbidden."""
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "答复回访中的问题", *access.follow_up_roles(pack))
    open_now = {each.nth: each for each in queries.unanswered(complaint.id)}
    if nth not in open_now:
        raise Conflict("这个问题已经答复过，请刷新后查看")
    if not text.strip():
        raise Problem("请写下怎样答复客户的", "text")
    if by.id is None:
        raise Problem("请登录后再记录")
    fact = FollowUpAnswer(
        complaint_id=complaint.id, nth=nth, text=text.strip(), answered_at=clock.now(), answered_by=by.id,
        answered_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record(
        "complaint.matter_answered", complaint, by, nth=nth, matter=open_now[nth].matter, text=text.strip(),
        promised_on=open_now[nth].promised_on.isoformat(),
    )  # fmt: skip
    db.session.flush()
    return complaint
