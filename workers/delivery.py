"""The door through which releases leave: deliver one recipient's copy, then tell the case that it answers."""

from uuid import UUID

from saas import clock
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
from tenants.releases.standing import reached


def deliver(delivery_id: str) -> None:
    """Carry out one delivery of the entered tenant; a complaint learns that its answer arrived (D8)."""
    releases.deliver(delivery_id)
    _tell(db.session.get_one(Delivery, UUID(delivery_id)).release)


def handed_over(release_id: str) -> None:
    """A person handed a letter over: the complaint that it answers learns of it (D8)."""
    _tell(db.session.get_one(Release, UUID(release_id)))


def _tell(release: Release) -> None:
    """Note the reply once, and the letter as the contact that it is (C1), when it came to whom it answers."""
    if release.subject_type != Complaint.__tablename__ or release.subject_id is None:
        return
    complaint = db.session.get_one(Complaint, release.subject_id)
    # Who complained through the QR form follows the case on its status page, and finds the letter's page there.
    if not reached(release, clock.now(), knows_page=complaint.registered_by is None):
        return
    by = Actor.system(schema_of(db.session()) or "")
    known = db.session.get(Reply, (complaint.id, release.id))
    at = release.handovers[0].handed_at if release.handovers else None
    complaints.reply_delivered(complaint.id, release.id, delivered_at=at, by=by)
    if known is None:
        record_contact(
            channel="letter", request_kind="complaint", summary=f"答复 {release.number} 已送达：{release.title}",
            unit_id=complaint.unit_id, customer_id=complaint.customer_id, reporter=complaint.reporter, occurred_at=at,
            by=by, pack=pack(db.session.get_one(Profile, True).pack), subject=complaint,
        )  # fmt: skip
