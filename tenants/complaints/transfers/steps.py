"""Who takes up what was handed over and concludes it, and when."""

from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.complaints import states
from tenants.complaints.access import receivers
from tenants.complaints.models import Complaint
from tenants.complaints.transfers.models import Transfer


def offers(complaint: Complaint, transfer: Transfer | None, by: Actor, pack: Pack) -> set[str]:
    """`take` until somebody took it, then `conclude` while the case is open; never to who handed it over."""
    if transfer is None or transfer.handed_over_by == by.id or not by.has(*receivers(pack)):
        return set()
    if transfer.taking is None:
        return {"take"}
    return {"conclude"} if complaint.state != states.CLOSED and transfer.outcome is None else set()
