"""Hold a release for one transaction, find what waits, and move it on."""

from uuid import UUID

from sqlalchemy import and_, select

from saas import clock
from saas.approvals.models import NEWEST_FIRST, Approval
from saas.db import db
from saas.identity.actor import Actor, Forbidden
from saas.policy.loader import pack
from saas.policy.pack import Pack
from saas.problem import Conflict
from saas.tenancy.staff import Profile
from tenants.releases import access
from tenants.releases.models import BY_HAND, CHANNELS, HELD, STOP, STOPPED, Hold, HoldDecision, Release

SUBJECT = Release.__tablename__


def regulation() -> Pack:
    """The pack that binds this tenant."""
    return pack(db.session.get_one(Profile, True).pack)


def kinds(pack: Pack) -> dict[str, str]:
    """The kinds that are written here, with their titles: a channel of theirs is at work, and no record brings them."""
    ours = {*CHANNELS, BY_HAND}
    return {chain.kind: chain.title for chain in pack.chains.values() if ours & {*chain.channels} and not chain.held}


def held(kind: str) -> bool:
    """Whether releases of this kind go with a record, whose page writes, submits and publishes them."""
    chain = regulation().chains.get(kind)
    return chain is not None and chain.held


def not_held(release: Release) -> None:
    """Raises Conflict for what goes with a record."""
    if held(release.kind):
        raise Conflict("这份信息随所附的记录起草，请在那里修改和提交")


def lock(release_id: UUID) -> Release:
    """The release, locked for this transaction. Raises Conflict when there is none."""
    release = db.session.scalars(
        select(Release).where(Release.id == release_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if release is None:
        raise Conflict("没有这份信息")
    return release


def pending(release: Release) -> Approval:
    """The submission that waits. Raises Conflict when none does."""
    approval = latest(release)
    if approval.state != "pending":
        raise Conflict("这份信息不在审批中，请刷新后查看")
    return approval


def latest(release: Release) -> Approval:
    """The newest submission. Raises Conflict when there is none."""
    query = select(Approval).where(Approval.subject_type == SUBJECT, Approval.subject_id == release.id)
    approval = db.session.scalars(query.order_by(*NEWEST_FIRST).limit(1)).first()
    if approval is None:
        raise Conflict("这份信息还没有提交审批")
    return approval


def hold_of(release_id: UUID) -> str:
    """HELD while a hold waits for its decision, STOPPED when it was decided not to send, else empty (D4)."""
    decided = and_(HoldDecision.release_id == Hold.release_id, HoldDecision.nth == Hold.nth)
    query = select(HoldDecision.verdict).select_from(Hold).outerjoin(HoldDecision, decided)
    verdicts = db.session.scalars(query.where(Hold.release_id == release_id).order_by(Hold.nth.desc()).limit(1)).all()
    return {None: HELD, STOP: STOPPED}.get(verdicts[0], "") if verdicts else ""


def only_author(release: Release, by: Actor) -> None:
    """Raises Forbidden for anybody but the author, and for the author whom its case is about (D4).

    What goes with a record has as authors whoever may write: people leave, the record stays.
    """
    if release.author_id != by.id and not (held(release.kind) and by.has(*access.WRITERS)):
        raise Forbidden(f"只有经办人{release.author_name}可以这样做")
    if by.id in release.barred:
        raise Forbidden("这件事与您本人有关，按规程应回避，请由其他同事另写一份")


def not_barred(release: Release, by: Actor) -> None:
    """Raises Forbidden for whom its case is about (D4)."""
    if by.id in release.barred:
        raise Forbidden("这件事与您本人有关，按规程应回避，请由其他同事办理")


def turn(release: Release, state: str) -> None:
    """Move a release on."""
    release.state, release.changed_at = state, clock.now()
    db.session.flush()
