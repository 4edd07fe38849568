"""What may be done about an investigation report now."""

from collections.abc import Sequence

from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.complaints import states
from tenants.complaints.investigations.models import Investigation
from tenants.complaints.models import Complaint

OPEN = (states.HANDLING, states.HANDLED, states.REPLIED)


def offers(complaint: Complaint, versions: Sequence[Investigation], by: Actor, pack: Pack) -> set[str]:
    """`investigate` for the first version, `reinvestigate` for a further one."""
    if complaint.state not in OPEN or not by.has(*pack.complaint_roles.handlers):
        return set()
    if not versions:
        asked = "investigation" in pack.severities[complaint.severity].needs
        return {"investigate" if asked else "investigate_anyway"}
    return {"reinvestigate"}
