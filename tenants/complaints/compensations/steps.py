"""What may be done about compensations now."""

from collections.abc import Sequence

from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.complaints import states
from tenants.complaints.compensations.queries import Asked
from tenants.complaints.models import Complaint


def offers(complaint: Complaint, known: Sequence[Asked], by: Actor, pack: Pack) -> set[str]:
    """`compensate` while none waits for its decision, `pay` for what is approved and not given yet."""
    found: set[str] = set()
    if complaint.state in (states.REGISTERED, states.DECLINED) or not by.has(*pack.payments.roles):
        return found
    if all(each.state != "pending" for each in known):
        found.add("compensate")
    if any(each.state == "approved" for each in known):
        found.add("pay")
    return found
