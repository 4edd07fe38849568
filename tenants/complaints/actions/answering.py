"""Reply and callback."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.numbers import next_nth
from saas.pictures.actions import keep_signature
from saas.pictures.decoding import Picture
from saas.pictures.signing import Signature
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from tenants.complaints import access, stages, states
from tenants.complaints.actions.lock import hold
from tenants.complaints.compensations import promises
from tenants.complaints.facts import Callback, Reply
from tenants.complaints.follow_ups import promising
from tenants.complaints.models import Complaint
from tenants.customers.models import Customer
from tenants.releases import actions as releases
from tenants.releases.models import Release

SIGNED = "第 {} 次回访，客户签名"
"""What the drawing of a callback is called among the photos of the case."""


def draft_reply(
    complaint_id: UUID, *, title: str, body: str, version: int, by: Actor, compensations: Collection[int] = ()
) -> Release:
    """Begin the written reply as a release; it goes out only after its own approval chain (D8, H1, H2).

    `compensations` are the numbers of approved ones that it promises (D13). Raises Problem when there is nobody to
    answer or it promises what was not approved, Forbidden for anybody but customer service.
    """
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    access.may_reply(complaint, by, pack)
    if not complaint.reachable:
        raise Problem("匿名且没有联系方式，无法寄送答复；办结时请选择不答复的原因")
    if not title.strip():
        raise Problem("请填写答复的标题", "title")
    if not body.strip():
        raise Problem("请填写答复的正文", "body")
    text, promised = promises.write_in(complaint, body.strip(), compensations, pack)
    customer = db.session.get(Customer, complaint.customer_id) if complaint.customer_id else None
    release = releases.draft_reply(
        subject_type="complaints", subject_id=complaint.id, title=title.strip(), body=text,
        recipient_customer_id=complaint.customer_id,
        recipient_name=complaint.reporter or "业主",
        recipient_email=customer.email if customer else complaint.email, by=by, barred=complaint.barred,
    )  # fmt: skip
    promises.promise(release, complaint, promised)
    record("complaint.reply_drafted", complaint, by, release=str(release.id), title=title.strip())
    db.session.flush()
    return release


def reply_delivered(
    complaint_id: UUID, release_id: UUID, *, delivered_at: datetime | None = None, by: Actor
) -> Complaint:
    """Note that an approved reply reached the customer. Calling it again for the same release changes nothing."""
    query = select(Complaint).where(Complaint.id == complaint_id).with_for_update()
    complaint = db.session.scalars(query).one()
    if db.session.get(Reply, (complaint_id, release_id)) is not None:
        return complaint
    at = delivered_at or clock.now()
    db.session.add(Reply(complaint_id=complaint_id, release_id=release_id, delivered_at=at))
    if complaint.state == states.HANDLED:
        states.move(complaint, states.REPLIED)
    record("complaint.replied", complaint, by, release=str(release_id), delivered_at=at.isoformat())
    db.session.flush()
    return complaint


def call_back(
    complaint_id: UUID, *, channel: str, signed: bool, satisfaction: int, opinion: str, raised_new: bool, version: int,
    by: Actor, drawn: Picture | None = None, matter: str = "", promised_on: date | None = None,
) -> Complaint:  # fmt: skip
    """Record a callback by whoever this severity asks for, in a way that the pack allows (D10).

    On site the customer signs: `drawn` on the screen, kept with the case, or `signed` on paper.
    What it raised new is promised an answer for a day, and the callback will be repeated (D11).

    Raises Problem, Conflict before 处理完毕, Forbidden for a role below.
    """
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    access.may_call_back(complaint, by, pack)
    if complaint.state not in (states.HANDLED, states.REPLIED):
        raise Conflict("登记处理完毕之后才能回访")
    nth, now = next_nth(Callback.nth, Callback.complaint_id, complaint.id), clock.now()
    allowed = pack.severities[complaint.severity].callback_by(nth)
    if channel not in allowed:
        names = "或".join(pack.callback_channels[code].label for code in allowed)
        raise Problem(f"第 {nth} 次回访应采用{names}", "channel")
    on_site = pack.callback_channels[channel].signature
    if on_site and not (signed or drawn):
        raise Problem("上门回访须由客户签名，请签名后勾选", "signed")
    if not 1 <= satisfaction <= len(pack.settings.satisfaction):
        raise Problem("请选择客户的满意程度", "satisfaction")
    if raised_new:
        promising.check(matter, promised_on)
    if by.id is None:
        raise Problem("请登录后再记录")
    fact = Callback(
        complaint_id=complaint.id, nth=nth, channel=channel, signed=on_site, satisfaction=satisfaction,
        opinion=opinion.strip(), raised_new=raised_new, called_at=now, called_by=by.id, called_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    if on_site and drawn:
        keep_signature(complaint, Signature(complaint.reporter, drawn, drawn=True), about=SIGNED.format(nth), by=by)
    stages.meet(complaint, stages.CALLBACK, now)
    promised = {}
    if raised_new and promised_on is not None:
        db.session.flush()
        promising.promise(complaint, fact, matter, promised_on, pack)
        promised = {"matter": matter.strip(), "promised_on": promised_on.isoformat()}
    record(
        "complaint.called_back", complaint, by, nth=nth, channel=channel, satisfaction=satisfaction,
        opinion=opinion.strip(), raised_new=raised_new, **promised,
    )  # fmt: skip
    db.session.flush()
    return complaint
