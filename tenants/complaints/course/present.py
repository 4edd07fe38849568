"""Which kinds of fact a case has, asked at once: most cases have a few, and reading each costs more than this."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, select

from saas.db import db
from tenants.complaints.alarms.models import Alarm, Negotiation
from tenants.complaints.callback_checks.models import CallbackPlan
from tenants.complaints.compensations.models import Compensation
from tenants.complaints.exemptions.models import Exemption
from tenants.complaints.facts import Callback, Closure, Handling, Judgement, Pause, Reply, Response, Solution
from tenants.complaints.investigations.models import Investigation
from tenants.complaints.reopenings.models import Reopening
from tenants.complaints.responsibilities.models import Responsibility

KINDS: tuple[Any, ...] = (
    Response, Judgement, Solution, Handling, Reply, Callback, Closure, Pause, Investigation, Compensation, Reopening,
    Alarm, Negotiation, CallbackPlan, Exemption, Responsibility,
)  # fmt: skip
_CASE = bindparam("case", type_=Uuid)
_THERE = select(*(exists().where(kind.complaint_id == _CASE) for kind in KINDS))


def present(complaint_id: UUID) -> frozenset[Any]:
    """The models of KINDS that have rows of this complaint."""
    found = db.session.execute(_THERE, {"case": complaint_id}).one()
    return frozenset(kind for kind, there in zip(KINDS, found, strict=True) if there)
