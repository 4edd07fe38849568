"""What the releases of a period show: registered and approved before they go out (H1), each version its own (H3)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, or_, select, true

from saas.approvals.models import Approval
from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.releases.models import Delivery, Handover, Release

Out = Delivery | Handover


def _releases(asked: Question, *verdict: tuple[ColumnElement[bool], str]) -> Select[Any]:
    return select(
        Release.id, (Release.number + " " + Release.title).label("label"), Release.changed_at.label("at"),
        case(*verdict).label("verdict"),
    ).where(Release.changed_at >= asked.begin, Release.changed_at < asked.end)  # fmt: skip


def _sent(wrong: Callable[[type[Out]], ColumnElement[bool]] | None = None) -> ColumnElement[bool]:
    """Something went out, by a delivery or by hand; `wrong` says what is amiss with it."""
    return or_(
        *(
            exists().where(
                each.release_id == Release.id, Approval.id == each.approval_id, wrong(each) if wrong else true()
            )
            for each in (Delivery, Handover)
        )
    )


def _without_approval(_out: type[Out]) -> ColumnElement[bool]:
    return Approval.state != "approved"


def _another_text(out: type[Out]) -> ColumnElement[bool]:
    return or_(Approval.version != out.version, Approval.content_hash != out.content_hash)


def register(asked: Question) -> Rows:
    """信息发布一览表: missed where something went out without a full approval (H1)."""
    return Rows(_releases(asked, (_sent(_without_approval), MISSED), (_sent(), MET), (
        Release.state.in_(("in_review", "approved")), OPEN)), "releases.show")  # fmt: skip


def versions(asked: Question) -> Rows:
    """What went out is, to the letter, the version that was approved (H3)."""
    return Rows(_releases(asked, (_sent(_another_text), MISSED), (_sent(), MET)), "releases.show")


EVIDENCE = {
    "releases.register": Source(register, ("releases",)),
    "releases.versions": Source(versions, ("releases",)),
}
