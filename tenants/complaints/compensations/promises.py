"""A letter promises only what was approved (D13): written in from the approved ones, and asked again at submission."""

from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Problem
from tenants.complaints.compensations.models import Promise
from tenants.complaints.compensations.money import promised, told
from tenants.complaints.compensations.queries import Asked, compensations
from tenants.complaints.models import Complaint
from tenants.releases import checking
from tenants.releases.models import Release


def sentence(known: Asked, pack: Pack) -> str:
    """How a letter says it."""
    return f"经批准，我们将给予您{pack.payments.kinds.get(known.row.kind, '补偿')} {told(known.row.amount)}。"


def write_in(complaint: Complaint, body: str, wanted: Collection[int], pack: Pack) -> tuple[str, list[Asked]]:
    """The text with a sentence for each wanted compensation, and these. Raises Problem for one that is not approved."""
    known = {each.row.nth: each for each in compensations(complaint.id)}
    for nth in wanted:
        if nth not in known or known[nth].state not in ("approved", "paid"):
            raise Problem("只能写入已经批准的赔偿，请刷新后重新选择", "compensations")
    chosen = [known[nth] for nth in sorted(set(wanted))]
    added = [text for each in chosen if (text := sentence(each, pack)) not in body]
    text = "\n\n".join([body, *added])
    check(text, list(known.values()), pack)
    return text, chosen


def promise(release: Release, complaint: Complaint, chosen: Collection[Asked]) -> None:
    """Note which compensations the letter promises; the database takes approved ones only."""
    now = clock.now()
    db.session.add_all(
        Promise(
            release_id=release.id, complaint_id=complaint.id, nth=each.row.nth, approval_id=each.row.approval_id,
            promised_at=now,
        )
        for each in chosen
    )  # fmt: skip


def check(text: str, known: Collection[Asked], pack: Pack) -> None:
    """Raises Problem when a sentence promises money that was not approved; what was refused may be named as refused."""
    waiting: set[Decimal] = {each.row.amount for each in known if each.state == "pending"}
    allowed: set[Decimal] = {each.row.amount for each in known if each.state in ("approved", "paid", "returned")}
    for amount in promised(text, pack.payments.words):
        if amount in allowed:
            continue
        what = "还在审批" if amount in waiting else "没有经过批准"
        raise Problem(f"正文写到 {told(amount)}的赔偿，{what}：批准前不得向客户承诺，请先申请或删去这句", "body")


def kept(release: Release) -> None:
    """The letter of a complaint, as it is about to be submitted. Raises Problem."""
    complaint = db.session.scalars(select(Complaint).where(Complaint.id == release.subject_id)).one_or_none()
    if complaint is not None:
        check(release.current.body, compensations(complaint.id), pack_on(complaint.received_at))


checking.CHECKS[Complaint.__tablename__] = kept
