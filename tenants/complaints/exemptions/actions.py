"""File why no callback is owed, with the letter that answered: one letter may answer many cases (D12)."""

from collections.abc import Sequence
from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from tenants.complaints import stages
from tenants.complaints.actions.answering import reply_delivered
from tenants.complaints.actions.lock import hold
from tenants.complaints.exemptions import queries
from tenants.complaints.exemptions.models import KINDS, PUBLIC_LETTER, REPLY_ONLY, Exemption
from tenants.complaints.facts import Reply
from tenants.complaints.models import Complaint
from tenants.complaints.reopenings.models import open_since
from tenants.releases.models import Release


def file(
    complaint_id: UUID, *, kind: str, release_id: UUID | None, others: Sequence[UUID], reason: str, version: int,
    by: Actor,
) -> Complaint:  # fmt: skip
    """File it with a case, and with the `others` that the same public letter answers; their callback clocks stop.

    Raises Problem, Conflict, Forbidden (D4 too, for each of the cases): all are filed or none.
    """
    if kind not in KINDS:
        raise Problem("请选择免回访的情形", "kind")
    if not reason.strip():
        raise Problem("请写明理由", "reason")
    if others and kind == REPLY_ONLY:
        raise Problem("只有公开信可以同时答复多件投诉", "others")
    held = {each: hold(each, version if each == complaint_id else None, by) for each in sorted({complaint_id, *others})}
    letter = db.session.get(Release, release_id) if release_id else None
    if letter is None or (kind == PUBLIC_LETTER and letter.state != "published"):
        raise Problem("请选择已经公开的公开信" if kind == PUBLIC_LETTER else "请选择已送达的复函", "release_id")
    for each in held.values():
        _file(each, kind, letter, reason.strip(), by)
    return held[complaint_id]


def _file(complaint: Complaint, kind: str, letter: Release, reason: str, by: Actor) -> None:
    pack = pack_on(complaint.received_at)
    holds(by, pack, "免回访", *pack.bound("callback-exempt"))
    if complaint.state not in queries.ANSWERABLE:
        raise Conflict(f"{complaint.number} 处理完毕、还没办结时才能用公开信或复函代替回访")
    if queries.of(complaint.id, open_since(complaint.id)):
        raise Conflict(f"{complaint.number} 已经免回访，请刷新后查看")
    if pack.severities[complaint.severity] is list(pack.severities.values())[-1]:
        raise Problem(f"{complaint.number} 是{pack.severities[complaint.severity].label}投诉，必须回访")
    answered = db.session.get(Reply, (complaint.id, letter.id)) is not None
    if kind == REPLY_ONLY and not answered:
        raise Problem("这封复函还没有送达这件投诉的客户", "release_id")
    if not answered:
        reply_delivered(complaint.id, letter.id, by=by)
    if by.id is None:
        raise Problem("请登录后再办理")
    fact = Exemption(
        complaint_id=complaint.id, nth=next_nth(Exemption.nth, Exemption.complaint_id, complaint.id), kind=kind,
        release_id=letter.id, reason=reason, filed_at=clock.now(), filed_by=by.id, filed_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    stages.drop(complaint, stages.CALLBACK)
    record("complaint.exempted", complaint, by, kind=kind, release=str(letter.id), letter=letter.title, reason=reason)
    db.session.flush()
