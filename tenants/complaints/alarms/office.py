"""The alarms of all projects in their head office: carried over by the worker whenever one of them changes (D9)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from saas import clock
from saas.db import Model, db, schema_of, separate_session
from saas.identity.asking import Count
from saas.jobs import enqueue
from saas.policy.here import pack_on
from saas.tenancy import enter
from tenants.complaints import stages, states
from tenants.complaints.alarms.models import TOLD, Alarm
from tenants.complaints.alarms.queries import LISTED, followed, negotiations
from tenants.complaints.models import Complaint, Moment

_OFFICE = text("""
SELECT office.schema_name FROM platform.tenants project
JOIN platform.tenants office ON office.company_id = project.company_id AND office.kind = 'head_office'
WHERE project.schema_name = :project AND project.kind = 'project'""")


class OfficeAlarm(Model):
    """How an alarm of one project (its schema) stood at a moment."""

    __tablename__ = "office_alarms"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    alarm_id: Mapped[UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[UUID]
    number: Mapped[str]
    subject: Mapped[str]
    ground: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(Moment)
    told: Mapped[str]
    warned_at: Mapped[datetime | None] = mapped_column(Moment)
    warning_due_at: Mapped[datetime | None] = mapped_column(Moment)
    meetings: Mapped[int]
    leader: Mapped[str]
    negotiations: Mapped[int]
    state: Mapped[str]
    lifted: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)

    @property
    def overdue(self) -> bool:
        """Whether the warning is owed and late."""
        late = self.warning_due_at is not None and self.warning_due_at < clock.now()
        return self.warned_at is None and late and self.state != states.CLOSED


OPEN: Count = (
    select(func.count()).select_from(OfficeAlarm).where(~OfficeAlarm.lifted, OfficeAlarm.state != states.CLOSED)
)
"""Counts the major complaints of all projects that are open."""


def tell_office(complaint: Complaint) -> None:
    """Ask for the alarms of a complaint to be carried over as they will stand; nothing where there is none."""
    if db.session.scalar(select(Alarm.id).where(Alarm.complaint_id == complaint.id).limit(1)) is not None:
        enqueue("complaints.alarm_changed", str(complaint.id))


def carry_over(complaint_id: UUID) -> int:
    """Write down in the head office how the alarms of a complaint stand now; answers how many. An older look never
    replaces a newer one."""
    project = schema_of(db.session()) or ""
    with separate_session() as outside:
        office = outside.scalar(_OFFICE, {"project": project})
    if office is None:
        return 0
    rows = [{"tenant": project, **each} for each in _standing(complaint_id)]
    with separate_session() as session:
        enter(session, office)
        for row in rows:
            given = insert(OfficeAlarm).values(row)
            kept = {"tenant", "alarm_id", "complaint_id", "number", "ground", "raised_at"}
            changed = {name: given.excluded[name] for name in row if name not in kept}
            session.execute(
                given.on_conflict_do_update(
                    index_elements=[OfficeAlarm.tenant, OfficeAlarm.alarm_id], set_=changed,
                    where=OfficeAlarm.at <= given.excluded.at,
                )
            )  # fmt: skip
    return len(rows)


def carry_all() -> int:
    """The same for every complaint that ever raised an alarm, each night: what a restore lost comes back."""
    return sum(map(carry_over, db.session.scalars(select(Alarm.complaint_id).distinct()).all()))


def _standing(complaint_id: UUID) -> list[dict[str, Any]]:
    complaint = db.session.get_one(Complaint, complaint_id)
    grounds = pack_on(complaint.received_at).alarm.grounds
    rows = db.session.scalars(select(Alarm).where(Alarm.complaint_id == complaint_id)).all()
    due = {stage.started_at: stage.due_at for stage in complaint.stages if stage.stage == stages.WARNING}
    talks = len(negotiations(complaint_id))
    return [
        {
            "alarm_id": each.row.id, "complaint_id": complaint.id, "number": complaint.number,
            "subject": complaint.subject, "ground": grounds.get(each.row.ground, each.row.ground),
            "raised_at": each.row.raised_at, "told": each.names(TOLD),
            "warned_at": each.warned.warned_at if each.warned else None,
            "warning_due_at": due.get(each.row.raised_at), "meetings": len(each.meetings), "leader": each.leader,
            "negotiations": talks, "state": complaint.state, "lifted": each.row.lifted_at is not None,
            "at": clock.now(),
        }
        for each in followed(rows)
    ]  # fmt: skip


def of_projects() -> list[OfficeAlarm]:
    """The alarms that are on, open ones first, the newest first."""
    closed = OfficeAlarm.state == states.CLOSED
    query = select(OfficeAlarm).where(~OfficeAlarm.lifted).order_by(closed, OfficeAlarm.raised_at.desc())
    return list(db.session.scalars(query.limit(LISTED)))
