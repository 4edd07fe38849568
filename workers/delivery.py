"""The door through which releases leave: deliver one recipient's copy, then tell the case that it answers."""

from uuid import UUID

from saas.db import db, schema_of
from saas.identity import Actor
from tenants.complaints import actions as complaints
from tenants.complaints.models import Complaint
from tenants.releases import actions as releases
from tenants.releases.models import Delivery

REACHED = ("delivered", "partly_delivered")


def deliver(delivery_id: str) -> None:
    """Carry out one delivery of the entered tenant; a complaint learns that its answer has reached somebody (D8)."""
    releases.deliver(delivery_id)
    release = db.session.get_one(Delivery, UUID(delivery_id)).release
    if release.subject_type == Complaint.__tablename__ and release.subject_id and release.state in REACHED:
        by = Actor.system(schema_of(db.session()) or "")
        complaints.reply_delivered(release.subject_id, release.id, by=by)
