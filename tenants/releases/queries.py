"""Reading releases: the register, one release, and how its deliveries stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from saas import clock
from saas.approvals import queries as approvals
from saas.approvals.models import Approval, ApprovalCopy
from saas.days import within_days
from saas.db import db
from saas.identity.actor import Actor
from saas.tenancy.staff import Profile, Staff
from saas.words import held, said
from tenants.customers.meant import among, person
from tenants.releases.figures import went_out
from tenants.releases.holding import hold_of
from tenants.releases.models import HELD, Delivery, Hold, Recipient, Release, ReleaseVersion
from tenants.releases.standing import Standing, standing

WAITING = approvals.waiting(Release.__tablename__)  # counts the submitted releases that whoever asks can decide


@dataclass(frozen=True)
class Wanted:
    """The conditions of the register; empty ones do not count. `waiting` and `mine` ask for the reader's own.

    `since` and `until` are days, both included, on which something first went out; what did not is left out then.
    """

    q: str = ""
    state: str = ""
    kind: str = ""
    view: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view was asked for."""
        return bool(self.q or self.state or self.kind or self.since or self.until)


def find(release_id: UUID) -> Release | None:
    """One release, or None."""
    return db.session.get(Release, release_id)


def of_subject(subject_type: str, subject_id: UUID) -> list[Release]:
    """The releases about one case, newest first."""
    query = select(Release).where(Release.subject_type == subject_type, Release.subject_id == subject_id)
    return list(db.session.scalars(query.order_by(Release.created_at.desc())))


def register(wanted: Wanted, by: Actor, *, size: int, page: int) -> tuple[list[Release], int]:
    """One page of 信息发布一览表 (XRWY-KF-13), newest first, and how many there are."""
    query = _matching(wanted, by)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(
        query.order_by(Release.created_at.desc(), Release.id).limit(size).offset((page - 1) * size)
    )
    return list(rows), total


def _matching(wanted: Wanted, by: Actor) -> Select[Release]:
    query = select(Release)
    if wanted.state:
        query = query.where(Release.state == wanted.state)
    if wanted.kind:
        query = query.where(Release.kind == wanted.kind)
    if wanted.view == "waiting":
        query = query.where(Release.id.in_([a.subject_id for a in waiting(by)]))
    elif wanted.view == "mine":
        query = query.where(Release.author_id == by.id)
    elif wanted.view == "copies":
        copied = exists().where(
            ApprovalCopy.approval_id == Approval.id, Approval.subject_id == Release.id, ApprovalCopy.staff_id == by.id
        )
        query = query.where(copied)
    query = query.where(*within_days(went_out(), wanted.since, wanted.until))
    for word in wanted.q.split()[:5]:
        query = query.where(_word(word))
    return query


def _word(word: str) -> ColumnElement[bool]:
    """Found in number, title or text of the latest version, or among its recipients; or all of the author's name."""
    latest = aliased(Release)
    worded = select(ReleaseVersion.release_id).where(held(ReleaseVersion.haystack, word))
    named = select(Recipient.release_id).where(
        or_(held(func.lower(Recipient.name), word), person(Recipient.customer_id, word))
    )
    in_text, among_recipients = (
        among(Release.id, found.join(latest, and_(latest.id == key, latest.version == version)))
        for found, key, version in (
            (worded, ReleaseVersion.release_id, ReleaseVersion.version),
            (named.distinct(), Recipient.release_id, Recipient.version),
        )
    )
    number = said(func.lower(Release.number), word)
    return or_(number, Release.author_name == word, in_text, among_recipients)


def waiting(by: Actor) -> list[Approval]:
    """Submitted releases that this person can decide now, longest waiting first."""
    return approvals.waiting_for(by, 500, Release.__tablename__)


def submissions(release: Release) -> list[Approval]:
    """Every submission of a release with its steps and decisions, newest first."""
    return approvals.of_subject(Release.__tablename__, release.id)


def standings(release: Release) -> list[tuple[Delivery, Standing]]:
    """The deliveries of a release and how each stands now."""
    now, hold = clock.now(), hold_of(release.id)
    return [(delivery, standing(delivery, now, hold)) for delivery in release.deliveries]


def open_hold(release: Release) -> Hold | None:
    """The hold that waits for its decision, if any."""
    if hold_of(release.id) != HELD:
        return None
    return db.session.scalars(
        select(Hold).where(Hold.release_id == release.id).order_by(Hold.nth.desc()).limit(1)
    ).first()


def unclear(releases: Sequence[Release], now: datetime) -> Mapping[UUID, int]:
    """How many deliveries of each release have an unknown or failed outcome that a person must look at."""
    found: dict[UUID, int] = {}
    underway = [r.id for r in releases if r.state in ("delivering", HELD, "partly_delivered", "undelivered")]
    query = select(Delivery).where(Delivery.release_id.in_(underway))
    for delivery in db.session.scalars(query) if underway else ():
        if standing(delivery, now).word in ("unknown", "failed"):
            found[delivery.release_id] = found.get(delivery.release_id, 0) + 1
    return found


def copies(approval: Approval) -> list[tuple[ApprovalCopy, str]]:
    """Who got a copy of a submission, with names."""
    query = select(ApprovalCopy, Staff.name).join(Staff, Staff.id == ApprovalCopy.staff_id)
    return [(row[0], row[1]) for row in db.session.execute(query.where(ApprovalCopy.approval_id == approval.id))]


def profile() -> Profile:
    """The tenant's names and phones."""
    return db.session.get_one(Profile, True)
