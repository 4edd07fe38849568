"""The door through which releases leave: deliver one recipient's copy, then tell the case that it answers."""

from uuid import UUID

from saas.db import db, schema_of
from saas.identity import Actor
from saas.policy.loader import pack
from saas.tenancy.staff import Profile
from tenants.complaints import actions as complaints
from tenants.complaints.facts import Reply
from tenants.complaints.models import Complaint
from tenants.contacts.actions import record_contact
from tenants.releases import actions as releases
from tenants.releases.models import Delivery, Release

REACHED = ("delivered", "partly_delivered")


def deliver(delivery_id: str) -> None:
    """Carry out one delivery of the entered tenant; a complaint learns that its answer has reached somebody (D8)."""
    releases.deliver(delivery_id)
    release = db.session.get_one(Delivery, UUID(delivery_id)).release
    if release.subject_type == Complaint.__tablename__ and release.subject_id and release.state in REACHED:
        _answered(release, release.subject_id)


def _answered(release: Release, complaint_id: UUID) -> None:
    """Note the reply once, and the letter as the contact that it is (C1)."""
    by = Actor.system(schema_of(db.session()) or "")
    known = db.session.get(Reply, (complaint_id, release.id))
    complaint = complaints.reply_delivered(complaint_id, release.id, by=by)
    if known is None:
        record_contact(
            channel="letter", request_kind="complaint", summary=f"答复 {release.number} 已送达：{release.title}",
            unit_id=complaint.unit_id, customer_id=complaint.customer_id, reporter=complaint.reporter, by=by,
            pack=pack(db.session.get_one(Profile, True).pack), subject=complaint,
        )  # fmt: skip
