"""What the page of a complaint shows masked, and the look at it in full (B10)."""

from collections.abc import Sequence

from saas import reveals
from saas.db import db
from saas.events import Event, timeline
from saas.identity.actor import Actor
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.reveals import Passage
from tenants.complaints import access
from tenants.complaints.history import said
from tenants.complaints.investigations.queries import versions
from tenants.complaints.models import Complaint
from tenants.complaints.past import PastComplaint, past
from tenants.customers.models import Customer


def passages(complaint: Complaint, origin: PastComplaint | None, events: Sequence[Event], pack: Pack) -> list[Passage]:
    """Phone and mailbox, then every text of card and course with a number in it, in full; most complaints have none."""
    customer = db.session.get(Customer, complaint.customer_id) if complaint.customer_id else None
    reached = [
        ("手机", complaint.phone or (customer.phone if customer else "")),
        ("邮箱", complaint.email or (customer.email if customer else "")),
    ]
    texts = [
        ("投诉内容", complaint.body), ("客户诉求", complaint.demand), ("房号", complaint.room),
        ("台账里的答复", origin.reply if origin else ""), *said(events, pack),
        *((f"调查报告：{title}", text) for each in versions(complaint.id)[-1:] for title, text in each.parts),
    ]  # fmt: skip
    return [each for each in reached if each[1]] + reveals.hidden(texts)


def reveal(complaint: Complaint, *, reason: str, by: Actor) -> list[Passage]:
    """All of it, once; the look is an event with its reason.

    Raises Problem without a reason, Forbidden for who does not answer complaints and for the one complained about (D4).
    """
    pack = pack_on(complaint.received_at)
    access.not_accused(complaint, by)
    access.may_answer(complaint, by, pack, "查看完整号码")
    shown = passages(complaint, past(complaint), timeline(complaint), pack)
    reveals.note("complaint.revealed", complaint, reason=reason, by=by)
    return shown
