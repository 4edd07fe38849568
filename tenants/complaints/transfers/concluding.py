"""What a department handed over ends in the head office: passed on to a project, or answered by the company (D1)."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from tenants.complaints import stages
from tenants.complaints.actions.ending import end
from tenants.complaints.actions.lock import hold
from tenants.complaints.models import Complaint
from tenants.complaints.transfers.actions import LONGEST_PROJECT, handed_over
from tenants.complaints.transfers.models import ANSWERED, PASSED_ON, Outcome

LONGEST_ANSWER = 4000
NUMBER = re.compile(r"TS-[0-9]{8}-[0-9]{3,10}")


@dataclass(frozen=True)
class PassedOn:
    """The project has it in its own register, as one of the company hotline, whose result comes back (D16).

    Nobody reads another tenant from here: of its `number` only the shape is known.
    """

    project: str
    number: str


@dataclass(frozen=True)
class Answered:
    """The company answered the customer itself; `satisfaction` from 1, the worst, or None for no word of it."""

    channel: str
    answer: str
    answered_at: datetime | None
    satisfaction: int | None = None


def conclude(complaint_id: UUID, outcome: PassedOn | Answered, *, version: int, by: Actor) -> Complaint:
    """Close it with its outcome, once, for whoever may take it up.

    An answer meets the clocks of the first response, of the contact and of closing, at its moment and now; passed on,
    nothing is owed here any more (D7). Raises Problem naming the field, Conflict while nobody took it, Forbidden.
    """
    complaint = hold(complaint_id, version, by)
    pack = pack_on(complaint.received_at)
    transfer = handed_over(complaint, "办结", by)
    if transfer.taking is None:
        raise Conflict("还没有人接收这件投诉，请先接收")
    if transfer.outcome is not None:
        raise Conflict("这件投诉已经办结过，请刷新后查看")
    if by.id is None:
        raise Problem("请登录后再办结")
    if isinstance(outcome, PassedOn):
        facts = asdict(_passed_on(outcome))
        end(complaint, f"转由{facts['project']}办理，项目编号 {facts['number']}", elsewhere=True, by=by)
    else:
        facts = asdict(_answered(outcome, complaint, pack))
        for each in (stages.FIRST_RESPONSE, stages.CONTACT):
            stages.meet(complaint, each, facts["answered_at"])
        end(complaint, facts["answer"], no_reply=ANSWERED, by=by)
    fact = Outcome(
        complaint_id=complaint.id, handed_over_by=transfer.handed_over_by,
        kind=PASSED_ON if isinstance(outcome, PassedOn) else ANSWERED, **facts, concluded_by=by.id,
        concluded_by_name=by.name, concluded_at=clock.now(),
    )  # fmt: skip
    db.session.add(fact)
    at = {"answered_at": fact.answered_at.isoformat()} if fact.answered_at else {}
    record("complaint.transfer_concluded", complaint, by, kind=fact.kind, **facts | at)
    db.session.flush()
    return complaint


def _passed_on(given: PassedOn) -> PassedOn:
    project, number = given.project.strip(), given.number.strip().upper()
    if not 1 <= len(project) <= LONGEST_PROJECT:
        raise Problem("请选择由哪个项目办理", "project")
    if not NUMBER.fullmatch(number):
        raise Problem("投诉编号应形如 TS-20261119-007，请照项目登记后的编号填写", "number")
    return PassedOn(project, number)


def _answered(given: Answered, complaint: Complaint, pack: Pack) -> Answered:
    answer, at, felt = given.answer.strip(), given.answered_at, given.satisfaction
    if given.channel not in pack.channels:
        raise Problem("请选择答复方式", "channel")
    if at is None or not complaint.received_at.replace(second=0, microsecond=0) <= at <= clock.now():
        raise Problem("答复时间应在收到投诉之后、现在之前", "answered_at")
    if not answer:
        raise Problem("请写下怎样答复客户的", "answer")
    if len(answer) > LONGEST_ANSWER:
        raise Problem(f"答复内容最多 {LONGEST_ANSWER} 字", "answer")
    if felt is not None and not 1 <= felt <= len(pack.settings.satisfaction):
        raise Problem("请选择客户的满意程度", "satisfaction")
    return Answered(given.channel, answer, max(at, complaint.received_at), felt)
