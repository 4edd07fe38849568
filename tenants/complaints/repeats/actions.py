"""Link a complaint to an earlier one on the same matter, and undo that (D5)."""

from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.problem import Conflict, Problem
from tenants.complaints import access, states
from tenants.complaints.actions.ending import end
from tenants.complaints.actions.grading import regrade
from tenants.complaints.actions.lock import hold, hold_any
from tenants.complaints.facts import Reply
from tenants.complaints.models import Complaint
from tenants.complaints.past import PastComplaint
from tenants.complaints.reopenings.actions import take_up
from tenants.complaints.repeats.models import DUPLICATE, KINDS, REPEAT, Link
from tenants.complaints.repeats.queries import ON, link_of
from tenants.complaints.repeats.steps import linkers
from tenants.complaints.rules import rules_on

MERGED = "merged"
"""Why the closure of a complaint that became part of another one has no reply."""


def link(complaint_id: UUID, *, number: str, kind: str, reason: str, version: int, by: Actor) -> Link:
    """Say that it is the same matter as the complaint with this `number`.

    A duplicate is recorded once: it is closed and goes on in the other one. A repeat came after an answer: it becomes
    one step graver than both were, and may so become major (D9). Raises Problem, Forbidden, Conflict.
    """
    complaint = hold(complaint_id, version, by)
    rules = rules_on(complaint.received_at)
    holds(by, rules.pack, "关联投诉", *linkers(rules.pack))
    other = db.session.scalars(select(Complaint).where(Complaint.number == number.strip().upper())).one_or_none()
    if other is None or other.id == complaint.id:
        raise Problem("没有这个编号的另一件投诉，请核对，例如 TS-20261119-007", "number")
    access.not_accused(other, by)
    if kind not in KINDS:
        raise Problem("请选择是重复登记、再次投诉还是同一事项", "kind")
    if not reason.strip():
        raise Problem("请写明为什么是同一事项", "reason")
    if link_of(complaint.id) is not None:
        raise Conflict("这件投诉已有关联，请刷新后查看")
    beyond = link_of(other.id)
    if beyond is not None and (beyond.kind == DUPLICATE or beyond.of_id == complaint.id):
        raise Problem(f"{other.number} 自己已关联到另一件，请关联到那一件", "number")
    if by.id is None:
        raise Problem("请登录后再关联")
    _fits(complaint, other, kind)
    before, merging = complaint.severity, kind == DUPLICATE
    codes = list(rules.pack.severities)
    graver = rules.pack.graver(max(before, other.severity, key=codes.index)) if kind == REPEAT else before
    now = clock.now()
    fact = Link(
        complaint_id=complaint.id, of_id=other.id, kind=kind, reason=reason.strip(), severity_before=before,
        severity_after=graver, linked_at=now, linked_by=by.id, linked_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    if kind == REPEAT:
        words = f"{other.number} 答复之后再次投诉"
        regrade(complaint, graver, rules, ground=rules.pack.alarm.repeated, words=words, by=by)
    if merging:
        end(complaint, f"与 {other.number} 为同一事项，并入该件办理", no_reply=MERGED, elsewhere=True, by=by)
    record(
        "complaint.linked", complaint, by, number=other.number, of=str(other.id), kind=kind, reason=reason.strip(),
        severity={"before": before, "after": graver},
    )  # fmt: skip
    db.session.flush()
    return fact


def _fits(complaint: Complaint, other: Complaint, kind: str) -> None:
    answered = other.state in (states.REPLIED, states.CLOSED) or any(
        db.session.scalar(select(query.exists()))
        for query in (
            select(Reply).where(Reply.complaint_id == other.id),
            select(PastComplaint).where(PastComplaint.complaint_id == other.id, PastComplaint.reply != ""),
        )
    )
    if kind == REPEAT and other.received_at > complaint.received_at:
        raise Problem(f"{other.number} 收到得更晚：请在那一件上关联到这一件", "number")
    if kind == REPEAT and not answered:
        raise Problem(f"{other.number} 还没有答复，不算再次投诉：同一人同一事项请选重复登记", "kind")
    if kind == DUPLICATE and other.state == states.CLOSED:
        raise Problem(f"{other.number} 已经办结，不能并入：答复后又提出的请选再次投诉", "kind")
    if kind == DUPLICATE and db.session.scalar(
        select(select(Link).where(Link.of_id == complaint.id, Link.kind == DUPLICATE, ON).exists())
    ):
        raise Problem("已有投诉并入这一件，请把那一件并入这一件，或先取消关联", "kind")


def unlink(complaint_id: UUID, *, reason: str, version: int, by: Actor) -> Complaint:
    """It is not the same matter after all, for a reason: a merged one is open again, a raised severity goes back.

    Raises Problem without a reason, Forbidden, Conflict when there is no link or it is closed otherwise.
    """
    complaint = hold_any(complaint_id, version, by)
    rules = rules_on(complaint.received_at)
    holds(by, rules.pack, "取消关联", *linkers(rules.pack))
    known = link_of(complaint.id)
    if known is None:
        raise Conflict("这件投诉没有关联，请刷新后查看")
    if complaint.state == states.CLOSED and known.kind != DUPLICATE:
        raise Conflict("这件投诉已经办结，不能再改动")
    if not reason.strip():
        raise Problem("请写明为什么不是同一事项", "reason")
    if by.id is None:
        raise Problem("请登录后再取消")
    other = db.session.get_one(Complaint, known.of_id)
    known.unlinked_at, known.unlink_reason = clock.now(), reason.strip()
    known.unlinked_by, known.unlinked_by_name = by.id, by.name
    before = complaint.severity
    if known.kind == REPEAT and complaint.severity == known.severity_after != known.severity_before:
        regrade(complaint, known.severity_before, rules, by=by)
    if complaint.state == states.CLOSED:
        take_up(complaint, reason=f"取消与 {other.number} 的关联：{reason.strip()}"[:2000], by=by)
    record(
        "complaint.unlinked", complaint, by, number=other.number, kind=known.kind, reason=reason.strip(),
        severity={"before": before, "after": complaint.severity},
    )  # fmt: skip
    db.session.flush()
    return complaint
