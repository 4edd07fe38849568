"""What the releases of a period show: registered and approved before they go out (H1), each version its own (H3)."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, select

from saas.approvals.models import Approval
from saas.policy.evidence import MET, MISSED, OPEN, Evidence, Question, gather
from tenants.releases.models import Delivery, Release


def _releases(asked: Question, *verdict: tuple[ColumnElement[bool], str]) -> Select[Any]:
    return select(
        Release.id, (Release.number + " " + Release.title).label("label"), Release.changed_at.label("at"),
        case(*verdict).label("verdict"),
    ).where(Release.changed_at >= asked.begin, Release.changed_at < asked.end)  # fmt: skip


def _sent(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Delivery.release_id == Release.id, Approval.id == Delivery.approval_id, *conditions)


def register(asked: Question) -> Evidence:
    """信息发布一览表: missed where something went out without a full approval (H1)."""
    return gather(_releases(asked, (_sent(Approval.state != "approved"), MISSED), (_sent(), MET), (
        Release.state.in_(("in_review", "approved")), OPEN)), "releases.show")  # fmt: skip


def versions(asked: Question) -> Evidence:
    """What went out is, to the letter, the version that was approved (H3)."""
    same = and_(Approval.version == Delivery.version, Approval.content_hash == Delivery.content_hash)
    return gather(_releases(asked, (_sent(~same), MISSED), (_sent(), MET)), "releases.show")


EVIDENCE = {"releases.register": register, "releases.versions": versions}
