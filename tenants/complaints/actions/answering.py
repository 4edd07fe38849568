"""Reply, callback, closure."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from saas import clock
from saas.approvals import actions as approvals
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from tenants.complaints import access, stages, states
from tenants.complaints.actions.lock import hold, next_nth
from tenants.complaints.facts import FIRST, Callback, Closure, Handling, Judgement, Reply, Response, answered
from tenants.complaints.models import Complaint
from tenants.complaints.rules import pack_on
from tenants.customers.models import Customer
from tenants.releases import actions as releases
from tenants.releases.models import Release


def draft_reply(complaint_id: UUID, *, title: str, body: str, version: int, by: Actor) -> Release:
    """Begin the written reply as a release; it goes out only after its own approval chain (D8, H1, H2).

    Raises Problem when there is nobody to answer, Forbidden for anybody but customer service.
    """
    complaint = hold(complaint_id, version, by)
    access.may_reply(complaint, by, pack_on(complaint.received_at))
    if not complaint.reachable:
        raise Problem("匿名且没有联系方式，无法寄送答复；办结时请选择不答复的原因")
    if not title.strip():
        raise Problem("请填写答复的标题", "title")
    if not body.strip():
        raise Problem("请填写答复的正文", "body")
    customer = db.session.get(Customer, complaint.customer_id) if complaint.customer_id else None
    release = releases.draft_reply(
        subject_type="complaints", subject_id=complaint.id, title=title.strip(), body=body.strip(),
        recipient_customer_id=complaint.customer_id,
        recipient_name=complaint.reporter or "业主",
        recipient_email=customer.email if customer else complaint.email, by=by, barred=complaint.barred,
    )  # fmt: skip
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
    by: Actor,
) -> Complaint:  # fmt: skip
    """Record a callback by whoever this severity asks for, in a way that the pack allows (D10).

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
    if pack.callback_channels[channel].signature and not signed:
        raise Problem("上门回访须由客户签名，请签名后勾选", "signed")
    if not 1 <= satisfaction <= len(pack.settings.satisfaction):
        raise Problem("请选择客户的满意程度", "satisfaction")
    if by.id is None:
        raise Problem("请登录后再记录")
    fact = Callback(
        complaint_id=complaint.id, nth=nth, channel=channel, signed=signed, satisfaction=satisfaction,
        opinion=opinion.strip(), raised_new=raised_new, called_at=now, called_by=by.id, called_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    stages.meet(complaint, stages.CALLBACK, now)
    record(
        "complaint.called_back", complaint, by, nth=nth, channel=channel, satisfaction=satisfaction,
        opinion=opinion.strip(), raised_new=raised_new,
    )  # fmt: skip
    db.session.flush()
    return complaint


def lacking(complaint: Complaint, pack: Pack, no_reply: str = "") -> list[str]:
    """What is still missing before the complaint may be closed, in words for the person."""
    given = db.session.execute(
        select(
            select(Response.kind).where(Response.complaint_id == complaint.id, Response.kind == FIRST).exists(),
            select(func.max(Judgement.nth)).where(Judgement.complaint_id == complaint.id).scalar_subquery(),
            select(func.max(Handling.nth)).where(Handling.complaint_id == complaint.id).scalar_subquery(),
        )
    ).one()
    last = db.session.scalars(
        select(Callback).where(Callback.complaint_id == complaint.id).order_by(Callback.nth.desc()).limit(1)
    ).one_or_none()
    missing = []
    if not given[0]:
        missing.append("首次回应")
    if not given[1]:
        missing.append("判定")
    declined = complaint.state == states.DECLINED
    if not given[2] and not declined:
        missing.append("处理完毕")
    if not answered(complaint.id) and not no_reply:
        missing.append("送达的答复，或不答复的原因")
    level = pack.severities[complaint.severity]
    if complaint.reachable and not declined:
        if last is None and level.callback_quota >= 100:
            missing.append(f"回访（{level.label}投诉须全部回访）")
        elif last is not None and last.raised_new:
            missing.append("再次回访（上次回访提出了新问题）")
    return missing


def close(
    complaint_id: UUID, *, conclusion: str, no_reply: str, no_reply_note: str, version: int, by: Actor
) -> Complaint:
    """结案, only when nothing is missing (D7, D8, D10, D12). Raises Problem naming what is, Forbidden, Conflict."""
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    access.holds(by, pack, "办结", *pack.complaint_roles.closers)
    reason = pack.no_reply_reasons.get(no_reply)
    if no_reply and reason is None:
        raise Problem("请选择不答复的原因", "no_reply")
    if reason and reason.unreachable and complaint.reachable:
        raise Problem("这件投诉留有联系方式，应当答复", "no_reply")
    if reason and not reason.unreachable and not no_reply_note.strip():
        raise Problem("请写明何时、由谁、怎样答复的", "no_reply_note")
    if missing := lacking(complaint, pack, no_reply):
        raise Problem("还不能办结，缺少：" + "、".join(missing))
    if not conclusion.strip():
        raise Problem("请写下结论", "conclusion")
    if by.id is None:
        raise Problem("请登录后再办结")
    nth, now = next_nth(Closure.nth, Closure.complaint_id, complaint.id), clock.now()
    fact = Closure(
        complaint_id=complaint.id, nth=nth, conclusion=conclusion.strip(), no_reply=no_reply,
        no_reply_note=no_reply_note.strip(), closed_at=now, closed_by=by.id, closed_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    states.move(complaint, states.CLOSED)
    approvals.void("complaints", complaint.id, states=[approvals.PENDING])  # nobody can decide them any more
    pause = stages.paused_now(complaint.id)
    if pause and pause.paused_at:
        pause.resumed_at = now
        stages.resume(complaint, pause.paused_at, now)
    stages.meet(complaint, stages.CLOSED, now)
    stages.drop(complaint, *{stage.stage for stage in complaint.stages if stage.running})
    record("complaint.closed", complaint, by, conclusion=fact.conclusion, no_reply=no_reply, note=fact.no_reply_note)
    db.session.flush()
    return complaint
