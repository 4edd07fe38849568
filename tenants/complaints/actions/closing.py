"""结案: only when nothing is missing."""

from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.policy.cases import NEEDS
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Problem
from tenants.complaints import states
from tenants.complaints.actions.ending import end
from tenants.complaints.actions.lock import hold
from tenants.complaints.alarms.queries import negotiations, raised
from tenants.complaints.compensations.queries import compensations
from tenants.complaints.exemptions.queries import of as exemptions_of
from tenants.complaints.facts import FIRST, Callback, Handling, Judgement, Response, answered
from tenants.complaints.follow_ups.queries import unanswered
from tenants.complaints.investigations.queries import approved
from tenants.complaints.models import Complaint
from tenants.complaints.reopenings.models import open_since

REPLIED = "?"
"""Whatever the person will say about the reply: for a look at what else is missing."""


def lacking(complaint: Complaint, pack: Pack, no_reply: str = "") -> list[str]:
    """What is still missing before the complaint may be closed, in words for the person, one thing each.

    What happened before it was reopened does not close it a second time.
    """
    since = open_since(complaint.id) or clock.EARLIEST
    of_case = Callback.complaint_id == complaint.id, Callback.called_at >= since
    given = db.session.execute(
        select(
            select(Response.kind).where(Response.complaint_id == complaint.id, Response.kind == FIRST).exists(),
            select(Judgement.nth).where(Judgement.complaint_id == complaint.id).exists(),
            select(Handling.nth).where(Handling.complaint_id == complaint.id, Handling.recorded_at >= since).exists(),
        )
    ).one()
    last = db.session.scalars(select(Callback).where(*of_case).order_by(Callback.nth.desc()).limit(1)).one_or_none()
    missing = []
    if not given[0]:
        missing.append("首次回应")
    if not given[1]:
        missing.append("判定")
    declined = complaint.state == states.DECLINED
    if not given[2] and not declined:
        missing.append("处理完毕")
    if not answered(complaint.id, since) and not no_reply:
        missing.append("送达的答复，或不答复的原因")
    level = pack.severities[complaint.severity]
    missing += [f"答复回访中提出的问题（答应 {each.promised_on:%m-%d} 答复）" for each in unanswered(complaint.id)]
    if complaint.reachable and not declined and not exemptions_of(complaint.id, since):
        if last is None and level.callback_quota >= 100:
            missing.append(f"回访（{level.label}投诉须全部回访）")
        elif last is not None and last.raised_new:
            missing.append("再次回访（上次回访提出了新问题）")
    return missing + _needed(complaint, pack)


def _needed(complaint: Complaint, pack: Pack) -> list[str]:
    """What the pack asks for besides, at this severity (D6, D8, D9, D13); what was declined owes no money alone."""
    needs = pack.severities[complaint.severity].needs
    money = {each.state for each in compensations(complaint.id)}
    missing = ["赔偿申请的审批结果"] if "pending" in money else []
    if "compensation" in needs and "approved" in money:
        missing.append(NEEDS["compensation"])
    if complaint.state == states.DECLINED:
        return missing
    if "investigation" in needs and not approved(complaint.id):
        missing.append(NEEDS["investigation"])
    alarm = raised(complaint.id)
    if alarm is not None:
        there = {"warning": alarm.warned, "meeting": alarm.meetings, "negotiation": negotiations(complaint.id)}
        missing += [NEEDS[each] for each in needs if each in there and not there[each]]
    return missing


def close(
    complaint_id: UUID, *, conclusion: str, no_reply: str, no_reply_note: str, version: int, by: Actor
) -> Complaint:
    """结案, only when nothing is missing (D6–D10, D12, D13). Raises Problem naming what is, Forbidden, Conflict."""
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "办结", *pack.complaint_roles.closers)
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
    fact = end(complaint, conclusion.strip(), no_reply=no_reply, note=no_reply_note.strip(), by=by)
    record("complaint.closed", complaint, by, conclusion=fact.conclusion, no_reply=no_reply, note=fact.no_reply_note)
    db.session.flush()
    return complaint
