"""What happens to cases of the present quarter afterwards: one comes again, one is taken up again."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from saas.db import db
from tenants.complaints import states
from tenants.complaints.models import Complaint
from tenants.complaints.reopenings import actions as reopenings
from tenants.complaints.reopenings.models import Reopening
from tenants.complaints.repeats import actions as repeats
from tenants.complaints.repeats.models import Link
from workers.demo.play import Scene


def follow(scene: Scene, now: datetime) -> None:
    """Link the newest open case to an older one on the same matter, and open a closed one again; once."""
    supervisor = scene.crew["service_supervisor"]
    with scene.at(now - timedelta(minutes=2)):
        pair = _same_matter() if db.session.scalar(select(Link.id).limit(1)) is None else None
        if pair is not None:
            again, number, kind = pair
            version = db.session.get_one(Complaint, again).version
            reason = "同一部位、同一问题，客户在来电中提到上次的答复。"
            repeats.link(again, number=number, kind=kind, reason=reason, version=version, by=supervisor)
    with scene.at(now - timedelta(minutes=1)):
        if db.session.scalar(select(Reopening.nth).limit(1)) is None and (case := _closed()) is not None:
            reason = "业主来电：同样的问题又出现，要求继续处理。"
            reopenings.reopen(case.id, reason=reason, version=case.version, by=supervisor)


def _same_matter() -> tuple[UUID, str, str] | None:
    """(open case, number of an answered one on the same matter, how they are linked)."""
    rows = db.session.scalars(select(Complaint).order_by(Complaint.received_at.desc()).limit(40)).all()
    general = [row for row in rows if row.severity == "general"]
    for row in general:
        if row.state not in (states.CLOSED, states.DECLINED):
            for other in general:
                earlier = other.received_at < row.received_at and other.subject == row.subject
                if earlier and other.state in (states.REPLIED, states.CLOSED):
                    return row.id, other.number, "repeat"
    return None


def _closed() -> Complaint | None:
    merged = select(Link.complaint_id).union(select(Link.of_id))
    query = select(Complaint).where(Complaint.state == states.CLOSED, Complaint.id.not_in(merged))
    return db.session.scalars(
        query.where(Complaint.severity == "general").order_by(Complaint.received_at.desc()).limit(1)
    ).first()
