"""Reading alarms: of one complaint, and all of a project."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import lazyload

from saas.db import db
from saas.identity.asking import Count
from tenants.complaints import states
from tenants.complaints.alarms.models import Alarm, Meeting, Negotiation, Telling, Warned
from tenants.complaints.models import Complaint

ON = Alarm.lifted_at.is_(None)
LISTED = 100
OPEN: Count = (
    select(func.count())
    .select_from(Alarm)
    .join(Complaint, and_(Complaint.id == Alarm.complaint_id, Complaint.state != states.CLOSED))
    .where(ON)
)
"""Counts the alarms that are on and whose complaints are open."""


@dataclass(frozen=True)
class Raised:
    """An alarm with all that followed."""

    row: Alarm
    warned: Warned | None = None
    tellings: list[Telling] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def leader(self) -> str:
        """Who is in charge, as the latest meeting named them."""
        return self.meetings[-1].leader_name if self.meetings else ""

    def names(self, purpose: str) -> str:
        """Who was told or warned."""
        return "、".join(each.staff_name for each in self.tellings if each.purpose == purpose)


def alarm_of(complaint_id: UUID) -> Alarm | None:
    """The alarm that is on for a complaint."""
    return db.session.scalars(select(Alarm).where(Alarm.complaint_id == complaint_id, ON)).one_or_none()


def raised(complaint_id: UUID) -> Raised | None:
    """The alarm that is on, with what followed."""
    alarm = alarm_of(complaint_id)
    return followed([alarm])[0] if alarm else None


def negotiations(complaint_id: UUID) -> list[Negotiation]:
    """The negotiations with the customer, the oldest first."""
    query = select(Negotiation).where(Negotiation.complaint_id == complaint_id).order_by(Negotiation.nth)
    return list(db.session.scalars(query))


def open_alarms() -> int:
    """How many major complaints are open."""
    return db.session.scalar(OPEN) or 0


def alarms() -> list[tuple[Complaint, Raised, int]]:
    """(complaint, alarm, negotiations) of the alarms that are on, open ones first, the newest first; a fixed number of
    queries."""
    counted = select(func.count()).where(Negotiation.complaint_id == Complaint.id).scalar_subquery()
    closed = Complaint.state == states.CLOSED
    query = (
        select(Complaint, Alarm, counted)
        .join(Alarm, and_(Alarm.complaint_id == Complaint.id, ON))
        .options(lazyload(Complaint.stages))
        .order_by(closed, Alarm.raised_at.desc())
        .limit(LISTED)
    )
    rows = db.session.execute(query).all()
    return [(row[0], alarm, row[2]) for row, alarm in zip(rows, followed([row[1] for row in rows]), strict=True)]


def followed(alarms: Sequence[Alarm]) -> list[Raised]:
    """Each alarm with all that followed, in a fixed number of queries."""
    if not alarms:
        return []
    ids = [alarm.id for alarm in alarms]
    warned = {each.alarm_id: each for each in db.session.scalars(select(Warned).where(Warned.alarm_id.in_(ids)))}
    tellings: dict[UUID, list[Telling]] = defaultdict(list)
    meetings: dict[UUID, list[Meeting]] = defaultdict(list)
    for telling in db.session.scalars(
        select(Telling).where(Telling.alarm_id.in_(ids)).order_by(Telling.told_at, Telling.staff_name)
    ):
        tellings[telling.alarm_id].append(telling)
    for meeting in db.session.scalars(select(Meeting).where(Meeting.alarm_id.in_(ids)).order_by(Meeting.nth)):
        meetings[meeting.alarm_id].append(meeting)
    return [Raised(each, warned.get(each.id), tellings[each.id], meetings[each.id]) for each in alarms]
