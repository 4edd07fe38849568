"""The tables of a month go to whom the regulation names: on paper, told by mail, each person once (D14, D17)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saas import clock
from saas.approvals.deciders import holders
from saas.db import db
from saas.documents import actions as documents
from saas.documents.models import Document
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff
from tenants.digests import access, queries
from tenants.digests.actions.taking import taken
from tenants.digests.models import Digest, DigestPaper, Receipt
from tenants.digests.words import CALLBACKS, CLAUSES, TITLES, Days, title
from tenants.obligations.actions import Notice, remind
from tenants.obligations.clauses import cited
from tenants.obligations.models import COPIED

PAPER = "complaint_digest"
"""The name under which the PDF worker knows it."""


def receivers(kind: str, pack: Pack) -> dict[UUID, str]:
    """Who gets the table of a month, each with the role, by the pack; nobody when these roles are vacant."""
    settings = pack.settings
    roles = settings.callback_statistics_to if kind == CALLBACKS else settings.statistics_to
    by_role = holders(set(roles))
    return {person: role for role in roles for person in by_role[role]}


def send(kind: str, days: Days, *, by: Actor) -> Document:
    """Take the figures of a month that is over and ask for their paper; its worker sends it when it is ready.

    Raises Problem for a month that runs or when nobody is there to get it, Conflict when it was sent, Forbidden.
    """
    pack = pack_on(clock.now())
    access.holds(by, pack, CLAUSES[kind], f"呈报{TITLES[kind]}")
    if days.end > clock.now():
        raise Problem(f"{days.label}还没有结束，月底以后才能呈报")
    found = queries.of(kind, days.begins)
    if found is not None and found.receipts:
        raise Conflict(f"{title(kind, days)}已经呈报过，不再重复发送")
    if not receivers(kind, pack):
        roles = pack.settings.callback_statistics_to if kind == CALLBACKS else pack.settings.statistics_to
        names = "、".join(pack.roles[role] for role in roles)
        raise Problem(f"本项目还没有{names}，请公司管理员把他们加入本项目后再呈报")
    return ask_paper(taken(kind, days, by=by), by=by)


def ask_paper(digest: Digest, *, by: Actor) -> Document:
    """Its paper: the one under way or ready, or a new one."""
    known = queries.paper_of(digest)
    if known is not None and (known.underway or known.state == "ready"):
        return known
    pack = pack_on(clock.now())
    readers = access.READERS(pack)
    document = documents.ask_for(
        PAPER, digest, title(digest.kind, Days(digest.begins, digest.ends)), readers=readers, by=by
    )
    db.session.add(DigestPaper(document_id=document.id, digest_id=digest.id))
    db.session.flush()
    return document


def deliver(document_id: UUID) -> list[UUID]:
    """The paper is ready: whoever is to get it is told where it is, by mail too. Again it tells nobody twice."""
    paper = db.session.get(DigestPaper, document_id)
    if paper is None:
        return []
    digest, pack = db.session.get_one(Digest, paper.digest_id), pack_on(clock.now())
    people = receivers(digest.kind, pack)
    found = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(people)))
    names = {row.id: row.name for row in found}
    rows = [
        {
            "digest_id": digest.id, "staff_id": person, "name": names[person], "role": role,
            "document_id": document_id, "sent_at": clock.now(),
        }
        for person, role in people.items()
    ]  # fmt: skip
    if not rows:
        return []
    told = db.session.scalars(insert(Receipt).values(rows).on_conflict_do_nothing().returning(Receipt.staff_id)).all()
    if told:
        clause, days = pack.clauses.get(CLAUSES[digest.kind]), Days(digest.begins, digest.ends)
        notice = Notice(
            kind=COPIED, subject_type="digests", subject_id=digest.id, stage=digest.kind, occasion="",
            title=title(digest.kind, days),
            words=f"{days.label}的{TITLES[digest.kind]}已经生成，呈报给您，可查看和下载 PDF",
            path=f"digests/{digest.id}", clause=cited(clause),
        )  # fmt: skip
        remind(notice, told)
        record(
            "digest.sent", digest, Actor.system(), kind=digest.kind, document=str(document_id),
            to=sorted(names[person] for person in told),
        )  # fmt: skip
    db.session.flush()
    return list(told)
