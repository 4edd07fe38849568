"""Which kinds of fact a case has, asked at once: most cases have a few, and reading each costs more than this."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, or_, select

from saas.db import db
from saas.pictures.models import Photo
from tenants.complaints.alarms.models import Alarm, Negotiation
from tenants.complaints.callback_checks.models import CallbackPlan
from tenants.complaints.compensations.models import Compensation
from tenants.complaints.exemptions.models import Exemption
from tenants.complaints.facts import Callback, Closure, Handling, Judgement, Pause, Reply, Response, Solution
from tenants.complaints.investigations.models import Investigation
from tenants.complaints.models import Complaint
from tenants.complaints.origin import PastComplaint
from tenants.complaints.reopenings.models import Reopening
from tenants.complaints.repeats.models import Link
from tenants.complaints.responsibilities.models import Responsibility
from tenants.complaints.transfers.models import Transfer
from tenants.releases.models import Release

_CASE = bindparam("case", type_=Uuid)
_OF_IT: dict[Any, ColumnElement[bool]] = {
    kind: kind.complaint_id == _CASE
    for kind in (
        Response, Judgement, Solution, Handling, Reply, Callback, Closure, Pause, Investigation, Compensation,
        Reopening, Alarm, Negotiation, CallbackPlan, Exemption, Responsibility, PastComplaint, Transfer,
    )
} | {
    kind: and_(kind.subject_type == Complaint.__tablename__, kind.subject_id == _CASE) for kind in (Photo, Release)
} | {Link: or_(Link.complaint_id == _CASE, Link.of_id == _CASE)}  # fmt: skip
_THERE = select(*(exists().where(theirs) for theirs in _OF_IT.values()))


def present(complaint_id: UUID) -> frozenset[Any]:
    """The models that have rows of this complaint."""
    found = db.session.execute(_THERE, {"case": complaint_id}).one()
    return frozenset(kind for kind, there in zip(_OF_IT, found, strict=True) if there)
