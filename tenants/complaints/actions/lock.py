"""Taking hold of a complaint: one writer at a time, and only of the version that was shown."""

from uuid import UUID

from sqlalchemy import select

from saas.db import db
from saas.identity.actor import Actor
from saas.problem import Conflict
from tenants.complaints import states
from tenants.complaints.access import not_accused
from tenants.complaints.models import Complaint


class Gone(LookupError):
    """No such complaint in this tenant."""


def hold(complaint_id: UUID, version: int | None, by: Actor) -> Complaint:
    """The complaint, locked for this transaction, its version moved on.

    Raises Gone, Conflict when it was changed meanwhile or is closed, Forbidden when `by` is complained about (D4).
    """
    complaint = _locked(complaint_id)
    _unchanged(complaint, version)
    _open_to(complaint, by)
    complaint.version += 1
    return complaint


def hold_open(complaint_id: UUID, by: Actor) -> Complaint:
    """The same for what adds to the case and changes nothing on the card: its version stays. Raises as `hold` does."""
    complaint = _locked(complaint_id)
    _open_to(complaint, by)
    return complaint


def hold_any(complaint_id: UUID, version: int | None, by: Actor) -> Complaint:
    """As `hold`, of a complaint that may be closed."""
    complaint = _locked(complaint_id)
    _unchanged(complaint, version)
    not_accused(complaint, by)
    complaint.version += 1
    return complaint


def hold_closed(complaint_id: UUID, version: int | None, by: Actor) -> Complaint:
    """As `hold`, of a complaint that is closed. Raises Conflict for an open one."""
    complaint = hold_any(complaint_id, version, by)
    if complaint.state != states.CLOSED:
        raise Conflict("这件投诉没有办结，不用重新办理，请刷新后查看")
    return complaint


def _locked(complaint_id: UUID) -> Complaint:
    query = select(Complaint).where(Complaint.id == complaint_id).with_for_update()
    complaint = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if complaint is None:
        raise Gone(complaint_id)
    return complaint


def _unchanged(complaint: Complaint, version: int | None) -> None:
    if version is not None and complaint.version != version:
        raise Conflict("这件投诉刚被别人改过，请查看最新情况后再提交")


def _open_to(complaint: Complaint, by: Actor) -> None:
    if complaint.state == states.CLOSED:
        raise Conflict("这件投诉已经办结，不能再改动")
    not_accused(complaint, by)
