"""What waits to be taken up."""

from functools import cache

from sqlalchemy import func, select

from saas.db import db
from saas.identity.asking import ME, Count, holds
from saas.policy.pack import Pack
from tenants.complaints.access import receivers
from tenants.complaints.models import Complaint
from tenants.complaints.transfers.models import SOURCE, Taking, Transfer

_NOBODYS = select(Transfer.complaint_id).outerjoin(Transfer.taking).where(Taking.complaint_id.is_(None))


def untaken(complaint: Complaint) -> bool:
    """Whether it was handed over and nobody took it up."""
    if complaint.source != SOURCE:
        return False
    return db.session.scalar(_NOBODYS.where(Transfer.complaint_id == complaint.id)) is not None


def waiting(pack: Pack) -> Count:
    """Counts what whoever asks may take up."""
    return _count(receivers(pack))


@cache
def _count(roles: tuple[str, ...]) -> Count:
    theirs = _NOBODYS.where(holds(*roles), Transfer.handed_over_by != ME)
    return theirs.with_only_columns(func.count())
