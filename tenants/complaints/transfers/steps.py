"""Who takes up what was handed over, and when."""

from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.complaints.access import receivers
from tenants.complaints.transfers.models import Transfer


def offers(transfer: Transfer | None, by: Actor, pack: Pack) -> set[str]:
    """`take` until somebody took it, never to who handed it over."""
    if transfer is None or transfer.taking is not None or transfer.handed_over_by == by.id:
        return set()
    return {"take"} if by.has(*receivers(pack)) else set()
