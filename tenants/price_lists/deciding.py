"""Submit a price list, decide about it, take it back: approved, it comes into force (C8)."""

from uuid import UUID

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.content import content_hash
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.here import pack_now
from saas.problem import Conflict, Problem
from tenants.price_lists.drafting import held, locked
from tenants.price_lists.models import PriceList
from tenants.price_lists.rules import rules_of


def hash_of(found: PriceList) -> str:
    """The fingerprint of what a list says: decisions are bound to it."""
    lines = [[line.charge, line.item, line.unit, line.price_fen, line.note] for line in found.lines]
    return content_hash(found.nth, found.title, found.note, found.valid_from.isoformat(), lines)


def submit(list_id: UUID, *, version: int, by: Actor) -> PriceList:
    """Send a draft to whoever the pack's chain names. Raises Problem for an empty one, Conflict, Forbidden."""
    found = held(list_id, version, by)
    pack = pack_now()
    if not found.lines:
        raise Problem("请先填写收费项目")
    chain = pack.chains[rules_of(pack).chain]
    approval = approvals.submit(
        kind=chain.kind, subject_type=PriceList.__tablename__, subject_id=found.id, title=_called(found),
        version=found.version, content_hash=hash_of(found), steps=chain.steps_for(), pack=pack, by=by,
    )  # fmt: skip
    found.state, found.approval_id = "in_review", approval.id
    record("price_list.submitted", found, by, version=found.version)
    db.session.flush()
    return found


def decide(list_id: UUID, *, verdict: str, reason: str, version: int, hashed: str, by: Actor) -> approvals.Outcome:
    """Approve or return exactly the list that was shown; approved, it is in force from its day, at the earliest today.

    Raises what `saas.approvals` raises.
    """
    found = locked(list_id)
    if found.state != "in_review" or found.approval_id is None:
        raise Conflict("这份收费标准现在不用审批，请刷新后查看")
    outcome = approvals.decide(
        found.approval_id, verdict=verdict, reason=reason, version=version, content_hash=hashed, by=by
    )
    now = clock.now()
    if outcome.state == approvals.APPROVED:
        found.approved_at, found.in_force_from = now, max(found.valid_from, clock.local(now).date())
        found.state = "approved"
    elif outcome.state == approvals.RETURNED:
        found.state = "returned"
    record("price_list.decided", found, by, on_behalf_of=outcome.on_behalf_of, verdict=verdict, reason=reason.strip())
    db.session.flush()
    return outcome


def withdraw(list_id: UUID, *, by: Actor) -> PriceList:
    """Take a submission back to the draft. Raises Forbidden for anybody but who submitted it, Conflict."""
    found = locked(list_id)
    if found.state != "in_review" or found.approval_id is None:
        raise Conflict("这份收费标准没有在审批，不用撤回")
    approvals.withdraw(found.approval_id, by=by)
    found.state = "draft"
    record("price_list.withdrawn", found, by)
    db.session.flush()
    return found


def _called(found: PriceList) -> str:
    return f"{found.title}（第 {found.nth} 版，{found.valid_from} 起）"
